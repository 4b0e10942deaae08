#include "tests/simulation/clients.hpp"

#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

constexpr std::array<std::string_view, 7> asks{"GET",    "SET",      "APPEND", "DEL",
                                               "EXPIRE", "FLUSHALL", "PING"};
constexpr std::array<std::string_view, 10> answers{
    "no answer",   "done",         "loading",  "refused",  "-MISCONF",
    "-NOREPLICAS", "-UNAVAILABLE", "-TIMEOUT", "-UNKNOWN", "not sent again"};

counted kind_of(ask what) noexcept {
    constexpr counted kinds[] = {counted::reads,   counted::sets,     counted::appends,
                                 counted::deletes, counted::expiries, counted::flushes,
                                 counted::reads};
    return kinds[static_cast<std::size_t>(what)];
}

}  // namespace

std::string describe(const request& what) {
    std::string text(asks[static_cast<std::size_t>(what.what)]);
    if (what.what != ask::flush) text += " " + key_name(what.key);
    if (what.life != 0) text += " PX " + std::to_string(what.life / ms);
    return text;
}

std::string_view name_of(answer what) {
    return answers[static_cast<std::size_t>(what)];
}

clients::clients(world& around) : world_(around) {
    world_.proxy->on_answer = [this](std::uint32_t number, answer what, unsigned server) {
        on_answer(number, what, server);
    };
}

void clients::start() {
    if (!std::exchange(stopped_, false)) return;
    plan();
}

void clients::plan() {
    world_.time.after(world_.chance.between(1, 2 * world_.config.think), [this] {
        if (stopped_) return;
        const auto number = static_cast<std::uint32_t>(world_.requests.size());
        world_.requests.push_back(draw());
        const auto& what = world_.requests.back();
        world_.notes.count(kind_of(what.what));
        const auto side = static_cast<unsigned>(world_.chance.below(2));
        if (what.by_proxy) {
            world_.proxy->ask_for(number);
        } else {
            ask_directly(number, side);
        }
        plan();
    });
}

request clients::draw() {
    auto& chance = world_.chance;
    const auto& config = world_.config;
    request what;
    what.key = static_cast<key_number>(chance.below(config.keys));
    if (chance.percent(30))
        what.key = static_cast<key_number>(chance.below(std::min(config.keys, 4U)));
    what.by_proxy = chance.percent(70);
    what.home = what.key % 2;
    what.begun = world_.time.now();
    what.value_size = static_cast<std::uint32_t>(chance.between(1, config.longest_value));
    if (chance.below(1000) < config.flushes) {
        what.what = ask::flush;
        what.home = 0;
        return what;
    }
    const auto dice = chance.below(100);
    if (dice < config.deletes) {
        what.what = ask::erase;
    } else if (dice < config.deletes + 25) {
        what.what = ask::get;
    } else if (dice < config.deletes + 30) {
        what.what = ask::append;
    } else {
        what.what = config.with_expiry != 0 && chance.percent(10) ? ask::expire : ask::set;
    }
    if (what.what == ask::expire || (what.what == ask::set && chance.percent(config.with_expiry)))
        what.life = chance.between(1, config.longest_life / ms) * ms;
    return what;
}

void clients::ask_directly(std::uint32_t number, unsigned side) {
    auto& to = direct_[side];
    const auto bytes = message(number, answer::none);
    if (to.over == no_connection) {
        to.made = false;
        to.inbound.clear();
        to.unsent.clear();
        to.over = world_.net.dial(client_host, side, purpose::requests);
    }
    to.unsent.append(bytes.data(), bytes.size());
    if (to.made) on_connected(to.over);
}

void clients::on_connected(connection_id which) {
    for (auto& each : direct_) {
        if (each.over != which) continue;
        each.made = true;
        each.unsent.erase(0, world_.net.write(which, client_host, each.unsent));
    }
}

void clients::on_bytes(connection_id which, std::string_view bytes) {
    for (unsigned side = 0; side < 2; ++side) {
        if (direct_[side].over != which) continue;
        direct_[side].inbound.take(bytes, [&](std::uint32_t number, answer what) {
            on_answer(number, what, side);
            return true;
        });
    }
}

void clients::on_closed(connection_id which) {
    for (auto& each : direct_) {
        if (each.over == which) each.over = no_connection;
    }
}

void clients::on_answer(std::uint32_t number, answer outcome, unsigned server) {
    auto& what = world_.requests[number];
    what.outcome = outcome;
    world_.notes.tell([&] {
        return describe(what) + (what.by_proxy ? " by proxy" : "") + " at a" +
               std::to_string(server + 1) + ": " + std::string(name_of(outcome));
    });
    if (outcome == answer::timed_out) world_.notes.count(counted::timed_out);
    if (outcome != answer::done) {
        world_.notes.count(counted::failed);
        if (what.what == ask::get && what.by_proxy) check_read(what, outcome);
        return;
    }
    if (!what.writes() || what.made[server] == no_operation) return;
    world_.notes.count(counted::acknowledged);
    world_.past.at(what.made[server]).acknowledged = true;
}

/// A read does not fail while one of the pair has been well for long enough that the proxy knows.
/// One that timed out was sent to a side that had just fallen silent; it is not sent again.
void clients::check_read(const request& what, answer outcome) const {
    if (outcome == answer::not_spared) return;
    const auto& proxy = world_.config.proxy;
    const auto known_after = longest_resend + (proxy.rise + 2) * proxy.probe_interval +
                             2 * proxy.probe_timeout + proxy.connect_timeout;
    unsigned well = 0;
    for (const auto& each : world_.machines) {
        const bool reached = !world_.net.blocked(proxy_host, each->side()) &&
                             !world_.net.blocked(each->side(), proxy_host);
        if (each->undisturbed_since + known_after <= what.begun && each->running() && reached)
            ++well;
    }
    if (well == 0) return;
    // README.md, "Known": behind a write, or a FLUSHALL, that waits for a silent partner others
    // wait, until the proxy takes the side for silent.
    const auto& config = world_.config;
    const bool writes_wait = config.sides[0].ack == backend::ack_mode::partner &&
                             config.ack_timeout * 2 > proxy.request_timeout;
    if (writes_wait || config.flushes != 0) return;
    if (outcome == answer::timed_out && well < 2) return;
    world_.notes.fail("a read fails (" + std::string(name_of(outcome)) + ") though " +
                      (well == 2 ? "both sides are" : "one side is") + " well");
}

}  // namespace simulation
