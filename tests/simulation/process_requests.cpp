// The part of the process that clients talk to: commands, and when they are answered.
#include "shared/hash/hash.hpp"
#include "tests/simulation/machine_later.hpp"

namespace simulation {
namespace {

/// Different for every request, of the size that it asks for.
std::string value_of(std::uint32_t number, std::uint32_t size) {
    auto value = "v" + std::to_string(number);
    if (value.size() < size) value.resize(size, 'x');
    return value;
}

}  // namespace

bool process::keeps_writes() const {
    return !log_ || log_->sound() || settings_.on_error == backend::on_log_error::serve;
}

bool process::admitted(const request& what) const {
    return !what.writes() || keeps_writes();
}

void process::serve(connection_id from, std::uint32_t number) {
    clients_[from].replies.push_back({number, answer::none});
    if (number == ping_request) {
        note_ready();
        return reply(from, number, ready() ? answer::done : answer::loading);
    }
    auto& what = world_.requests[number];
    if (loading_) return reply(from, number, answer::loading);
    if (!admitted(what)) return reply(from, number, answer::refused);
    if (what.what == ask::flush) return flush_everywhere(from, number);
    const auto before = clock_.newest();
    last_made_ = no_operation;
    const auto outcome = run(what, number);
    if (!what.writes()) return reply(from, number, outcome);
    if (last_made_ != no_operation) what.made[side_] = last_made_;
    finish(from, number, outcome, before);
}

answer process::run(request& what, std::uint32_t number) {
    const auto now = machine_.now().unix;
    const auto key = key_name(what.key);
    const auto until = what.life == 0 ? 0 : now + what.life / ms;
    auto found = data_.open(key, now);
    switch (what.what) {
        case ask::get:
            if (found.exists()) {
                found.touch();
                check_read(what, found);
            } else {
                found.miss();
            }
            break;
        case ask::set:
            found.set(value_of(number, what.value_size), until);
            break;
        case ask::append:
            found.set(value_of(number, what.value_size), found.exists() ? found.expires_at() : 0);
            break;
        case ask::erase:
            found.erase();
            break;
        case ask::expire:
            if (found.exists()) found.set_expiry(until);
            break;
        case ask::flush:
        case ask::ping:
            break;
    }
    return answer::done;
}

/// What is read was written once, and has not expired.
void process::check_read(const request& what, const backend::store::entry_access& found) const {
    const auto now = machine_.now().unix;
    if (found.expires_at() != 0 && found.expires_at() <= now)
        world_.notes.fail(key_name(what.key) + " is read after it has expired");
    for (const auto which : world_.past.of_key(what.key)) {
        if (world_.past.all()[which].stamp == found.stamp()) return;
    }
    world_.notes.fail(key_name(what.key) + " has a version that nobody gave");
}

/// The end of the turn, and the reply: at once, or when the partner has it.
void process::finish(connection_id from, std::uint32_t number, answer what,
                     backend::version before) {
    end_turn();
    if (settings_.ack == backend::ack_mode::none || clock_.newest() <= before)
        return reply(from, number, keeps_writes() ? what : answer::regretted);
    const auto until = machine_.now().steady + std::chrono::microseconds(world_.config.ack_timeout);
    const backend::awaited_change what_waits{.after = before, .until = until, .unless_gone = true};
    // The proxy may send the request again, and it would then have made something else.
    const auto made = world_.requests[number].made[side_];
    ask_partner(what_waits, [this, from, number, what, made](bool confirmed) {
        const bool still_kept = keeps_writes();
        auto& partner = *world_.machines[1 - side_];
        if (confirmed && made != no_operation && partner.running() &&
            partner.life() == sender_partner_life_)
            world_.past.hold(made, 1 - side_);
        world_.notes.count(confirmed ? counted::confirmed : counted::unconfirmed);
        machine_.later(0, [this, from, number, what, confirmed, still_kept] {
            reply(from, number, confirmed && still_kept ? what : answer::unconfirmed);
        });
    });
}

/// As session_partner.cpp does it: first the clock is brought past all that the partner has
/// answered; the reply waits until the partner has the flush.
void process::flush_everywhere(connection_id from, std::uint32_t number) {
    const auto patience = std::chrono::microseconds(world_.config.ack_timeout);
    const auto first = machine_.now().steady + patience;
    const auto ask = [this, from, number, patience, first](bool heard) {
        machine_.later(0, [this, from, number, patience, first, heard] {
            const auto until = heard ? machine_.now().steady + patience : first;
            const bool must = settings_.ack == backend::ack_mode::partner;
            backend::awaited_change flushed{.until = until, .unless_lost = true};
            if (must) flushed = {.after = clock_.newest(), .until = until};
            data_.flush(machine_.now().unix);
            const auto made = last_made_;
            world_.requests[number].made[side_] = made;
            end_turn();
            if (!keeps_writes()) return reply(from, number, answer::regretted);
            ask_partner(flushed, [this, from, number, made, must](bool confirmed) {
                auto& partner = *world_.machines[1 - side_];
                if (confirmed && partner.running() && partner.life() == sender_partner_life_) {
                    world_.past.hold(made, 1 - side_);
                    world_.flushes.push_back({world_.past.at(made).stamp, world_.time.now()});
                }
                machine_.later(0, [this, from, number, must, confirmed] {
                    reply(from, number, must && !confirmed ? answer::unconfirmed : answer::done);
                });
            });
        });
    };
    ask_partner({.until = first, .unless_lost = true}, ask);
}

void process::ask_partner(const backend::awaited_change& what, backend::acknowledgement then) {
    half_->after_acknowledgement(what, std::move(then), machine_.now());
    if (what.until && !watching_waiters_) watch_waiters();
}

void process::watch_waiters() {
    constexpr sim_time patience_interval = 5 * ms;
    watching_waiters_ = half_->expire_waiters(machine_.now());
    if (watching_waiters_) machine_.later(patience_interval, [this] { watch_waiters(); });
}

/// Leaves when the log is done with the turn, behind the replies before it.
void process::reply(connection_id to, std::uint32_t number, answer what) {
    const auto found = clients_.find(to);
    if (found == clients_.end()) return;
    for (auto& each : found->second.replies) {
        if (each.number != number || each.what != answer::none) continue;
        each.what = what;
        break;
    }
    const auto wait = busy_until_ - world_.time.now();
    if (wait <= 0) return send(to, found->second);
    machine_.later(wait, [this, to] {
        if (const auto still = clients_.find(to); still != clients_.end()) send(to, still->second);
    });
}

void process::send(connection_id to, client& whose) {
    while (!whose.replies.empty() && whose.replies.front().what != answer::none) {
        const auto& next = whose.replies.front();
        const auto bytes = message(next.number, next.what);
        whose.unsent.append(bytes.data(), bytes.size());
        whose.replies.pop_front();
    }
    if (whose.unsent.empty()) return;
    whose.unsent.erase(0, world_.net.write(to, side_, whose.unsent));
}

}  // namespace simulation
