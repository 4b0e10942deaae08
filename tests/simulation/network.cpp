#include "tests/simulation/network.hpp"

namespace simulation {
namespace {

constexpr unsigned most_attempts = 3;          // to connect, as the kernel makes them
constexpr std::size_t longest_piece = 16'384;  // that comes at once

}  // namespace

network::network(const settings& config, random_source& chance, timeline& time, journal& notes)
    : config_(config), chance_(chance), time_(time), notes_(notes) {}

sim_time network::delay(unsigned, unsigned) {
    const sim_time usual = config_.latency / 2 + chance_.between(0, config_.latency);
    return is_slow() ? usual * slowness_ : usual;
}

connection_id network::dial(unsigned from, unsigned to, purpose what) {
    const auto which = static_cast<connection_id>(connections_.size());
    auto& made = connections_.emplace_back();
    made.hosts[0] = from;
    made.hosts[1] = to;
    made.what = what;
    made.open[0] = true;
    made.open[1] = false;
    time_.after(delay(from, to), [this, which] { try_to_connect(which, 0); });
    return which;
}

void network::try_to_connect(connection_id which, unsigned attempt) {
    auto& made = connections_[which];
    const auto [from, to] = made.hosts;
    if (!made.open[0]) return;
    if (blocked_[from][to] || blocked_[to][from] || !hosts_[to]->powered()) {
        if (attempt == most_attempts) return;
        return time_.after(second << attempt,
                           [this, which, attempt] { try_to_connect(which, attempt + 1); });
    }
    const bool accepted = hosts_[to]->listening();
    if (accepted) {
        made.made = made.open[1] = true;
        hosts_[to]->on_accepted(which, made.what);
    }
    time_.after(delay(to, from), [this, which, accepted] {
        auto& now = connections_[which];
        const auto dialler = now.hosts[0];
        if (!now.open[0]) return;
        if (accepted) return hosts_[dialler]->on_connected(which);
        now.open[0] = false;
        hosts_[dialler]->on_refused(which);
    });
}

std::size_t network::write(connection_id which, unsigned from, std::string_view bytes) {
    auto& through = connections_[which];
    const auto side = side_of(through, from);
    auto& out = through.ways[side];
    if (!through.open[side] || out.ending) return 0;
    const auto size = std::min(bytes.size(), config_.buffer - std::min(config_.buffer, out.queued));
    if (size < bytes.size()) out.full = true;
    out.queued += size;
    out.written += size;
    bytes = bytes.substr(0, size);
    while (!bytes.empty()) {
        auto part = std::min(bytes.size(), longest_piece);
        if (part > 8 && chance_.percent(10)) part = 1 + chance_.below(part);
        out.last_arrival =
            std::max(out.last_arrival, time_.now() + delay(from, through.hosts[1 - side]));
        out.pieces.push_back({out.last_arrival, std::string(bytes.substr(0, part))});
        bytes.remove_prefix(part);
    }
    plan(which, side);
    return size;
}

std::uint64_t network::written(connection_id which, unsigned from) const {
    const auto& through = connections_[which];
    return through.ways[side_of(through, from)].written;
}

void network::plan(connection_id which, unsigned side) {
    auto& through = connections_[which];
    auto& out = through.ways[side];
    if (out.planned || !through.made) return;
    if (out.pieces.empty() && !out.ending) return;
    if (blocked_[through.hosts[side]][through.hosts[1 - side]]) return;
    out.planned = true;
    const auto when = out.pieces.empty() ? out.last_arrival : out.pieces.front().arrives;
    time_.at(when, [this, which, side] { deliver(which, side); });
}

void network::deliver(connection_id which, unsigned side) {
    auto& through = connections_[which];
    auto& out = through.ways[side];
    out.planned = false;
    if (blocked_[through.hosts[side]][through.hosts[1 - side]]) return;
    host& other = *hosts_[through.hosts[1 - side]];
    if (through.open[1 - side]) {
        const auto when = other.free_at(time_.now());
        if (when > time_.now()) {
            out.planned = true;
            return time_.at(when, [this, which, side] { deliver(which, side); });
        }
    }
    if (!out.pieces.empty()) {
        take_piece(which, side);
    } else if (out.ending) {
        end(which, 1 - side);
    }
    plan(which, side);
}

/// A process that has closed the connection, or a machine that knows nothing of it, resets it.
void network::take_piece(connection_id which, unsigned side) {
    auto& through = connections_[which];
    auto& out = through.ways[side];
    const auto bytes = std::move(out.pieces.front().bytes);
    out.pieces.pop_front();
    out.queued -= bytes.size();
    const unsigned other = through.hosts[1 - side];
    if (!through.open[1 - side]) {
        if (!hosts_[other]->powered() || !through.open[side]) return;
        auto& back = through.ways[1 - side];
        back.ending = true;
        back.last_arrival =
            std::max(back.last_arrival, time_.now() + delay(other, through.hosts[side]));
        return plan(which, 1 - side);
    }
    hosts_[other]->on_bytes(which, bytes);
    if (out.full && through.open[side] && out.queued * 2 <= config_.buffer) {
        out.full = false;
        hosts_[through.hosts[side]]->on_room(which);
    }
}

/// That side learns that the connection is gone.
void network::end(connection_id which, unsigned side) {
    auto& through = connections_[which];
    through.ways[1 - side].ending = false;
    if (!through.open[side]) return;
    through.open[side] = false;
    through.ways[side].ending = true;
    hosts_[through.hosts[side]]->on_closed(which);
}

void network::close(connection_id which, unsigned from) {
    auto& through = connections_[which];
    const auto side = side_of(through, from);
    if (!through.open[side]) return;
    through.open[side] = false;
    auto& out = through.ways[side];
    // What has come and was not read makes the kernel reset the connection: its own bytes may go.
    if (!through.ways[1 - side].pieces.empty() && chance_.percent(30)) shorten(out);
    out.ending = true;
    out.last_arrival =
        std::max(out.last_arrival, time_.now() + delay(from, through.hosts[1 - side]));
    plan(which, side);
}

void network::process_ended(unsigned place) {
    for (connection_id which = 0; which < connections_.size(); ++which) {
        const auto& each = connections_[which];
        if (each.hosts[0] == place || each.hosts[1] == place) close(which, place);
    }
}

void network::power_lost(unsigned place) {
    for (auto& each : connections_) {
        if (each.hosts[0] != place && each.hosts[1] != place) continue;
        const auto side = side_of(each, place);
        each.open[side] = false;
        auto& out = each.ways[side];
        // What is in the wires still comes; what the kernel has does not.
        while (!out.pieces.empty() && out.pieces.back().arrives > time_.now() + config_.latency) {
            out.queued -= out.pieces.back().bytes.size();
            out.pieces.pop_back();
        }
        if (blocked_[place][each.hosts[1 - side]]) out.pieces.clear();
    }
}

void network::shorten(way& what) {
    if (what.pieces.empty()) return;
    const auto kept = chance_.below(what.pieces.size());
    what.pieces.resize(kept + 1);
    auto& last = what.pieces.back().bytes;
    last.resize(chance_.below(last.size() + 1));
    what.queued = 0;
    for (const auto& each : what.pieces) what.queued += each.bytes.size();
}

void network::cut_one() {
    std::vector<connection_id> open;
    for (connection_id which = 0; which < connections_.size(); ++which) {
        const auto& each = connections_[which];
        if (each.made && each.open[0] && each.open[1]) open.push_back(which);
    }
    if (open.empty()) return;
    const auto which = open[chance_.below(open.size())];
    auto& through = connections_[which];
    notes_.count(counted::cuts);
    notes_.tell([&] {
        return "cut connection " + std::to_string(which) + " " + std::to_string(through.hosts[0]) +
               "-" + std::to_string(through.hosts[1]);
    });
    on_trouble(through.hosts[0], through.hosts[1]);
    for (unsigned side = 0; side < 2; ++side) {
        auto& out = through.ways[side];
        shorten(out);
        out.ending = true;
        out.last_arrival =
            std::max(out.last_arrival, time_.now() + chance_.between(0, 3 * config_.latency));
        plan(which, side);
    }
}

void network::block(unsigned from, unsigned to, bool blocked) {
    if (blocked_[from][to] == blocked) return;
    blocked_[from][to] = blocked;
    on_trouble(from, to);
    if (blocked) return;
    // What waited is sent again by the kernels, each connection's when its timer says so.
    for (connection_id which = 0; which < connections_.size(); ++which) {
        auto& each = connections_[which];
        for (unsigned side = 0; side < 2; ++side) {
            auto& out = each.ways[side];
            if (each.hosts[side] != from || each.hosts[1 - side] != to || out.planned) continue;
            const auto again = time_.now() + chance_.between(1, longest_resend / ms) * ms;
            for (auto& late : out.pieces) late.arrives = std::max(late.arrives, again);
            out.last_arrival = std::max(out.last_arrival, again);
            plan(which, side);
        }
    }
}

void network::slow_until(sim_time when, std::int64_t factor) {
    slow_until_ = when;
    slowness_ = factor;
}

void network::heal() {
    slow_until_ = 0;
    for (unsigned from = 0; from < host_count; ++from) {
        for (unsigned to = 0; to < host_count; ++to) block(from, to, false);
    }
}

}  // namespace simulation
