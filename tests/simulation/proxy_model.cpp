#include "tests/simulation/proxy_model.hpp"

#include "proxy/frontend/dispatcher.hpp"
#include "proxy/resilience/failover.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

using proxy::backend_status;
using proxy::failure;

constexpr sim_time tick = std::chrono::microseconds(proxy::dispatcher::tick_interval).count();

std::chrono::microseconds duration(sim_time time) noexcept {
    return std::chrono::microseconds(time);
}

answer outcome_of(failure what) noexcept {
    switch (what) {
        case failure::not_sent:
            return answer::unavailable;
        case failure::loading:
            return answer::loading;
        case failure::timed_out:
            return answer::timed_out;
        case failure::not_spared:
            return answer::not_spared;
        case failure::lost:
        case failure::malformed:
            break;
    }
    return answer::lost;
}

}  // namespace

proxy_model::upstream::upstream(const proxy_settings& settings)
    : tries(proxy::connection::first_wait, proxy::connection::longest_wait),
      silence(settings.most_timeouts, duration(settings.request_timeout)) {}

proxy_model::proxy_model(world& around)
    : world_(around),
      settings_(around.config.proxy),
      board_({"a1", "a2"}, settings_.fall, settings_.rise, duration(settings_.slow_start)),
      retries_({.least = settings_.retry_least, .most = settings_.retry_most},
               around.time.steady()) {
    upstreams_.emplace_back(settings_);
    upstreams_.emplace_back(settings_);
}

void proxy_model::start() {
    ask_probe(0);
    ask_probe(1);
    if (settings_.slow_start != 0) advance();
}

void proxy_model::advance() {
    board_.advance(world_.time.steady());
    world_.time.after(tick, [this] { advance(); });
}

/// As router::serve.
std::size_t proxy_model::server_of(unsigned home, key_number key) {
    const backend_status statuses[] = {board_.status(0), board_.status(1)};
    const auto server = proxy::serve_by(home, 1 - home, statuses);
    const auto hash = (key + 1) * 0x9e3779b97f4a7c15ULL;
    if (server != home && statuses[home] == backend_status::returning &&
        proxy::slice_of(hash) < board_.share(home))
        return home;
    return server;
}

void proxy_model::ask_for(std::uint32_t number) {
    auto& what = world_.requests[number];
    ++asked_;
    ++waiting_;
    const auto server = server_of(what.home, what.key);
    if (server == proxy::nobody) return finish(number, answer::unavailable, what.home);
    send(number, server);
}

void proxy_model::send(std::uint32_t number, std::size_t server) {
    auto& what = world_.requests[number];
    auto& to = upstreams_[server];
    what.sent_to = static_cast<unsigned>(server);
    to.pipeline.push_back({number, what.attempts});
    const auto place = static_cast<unsigned>(server);
    world_.time.after(settings_.request_timeout, [this, place, number, attempt = what.attempts] {
        expire(place, number, attempt);
    });
    if (to.now == state::connected) return write(place);
    if (to.now == state::connecting) return;
    if (to.tries.may_try(world_.time.steady())) return connect(place);
    // Too early to try again: whoever waits is better served elsewhere.
    world_.time.after(tick, [this, place] {
        if (upstreams_[place].now == state::idle && !upstreams_[place].pipeline.empty())
            fail(place, failure::not_sent);
    });
}

void proxy_model::connect(unsigned server) {
    auto& to = upstreams_[server];
    to.now = state::connecting;
    to.tries.on_try(world_.time.steady(), world_.chance.fraction());
    to.over = world_.net.dial(proxy_host, server, purpose::requests);
    world_.time.after(settings_.connect_timeout, [this, server, over = to.over] {
        if (upstreams_[server].over != over || upstreams_[server].now != state::connecting) return;
        on_unreachable(server);
        fail(server, failure::not_sent);
    });
}

void proxy_model::write(unsigned server) {
    auto& to = upstreams_[server];
    for (auto& each : to.pipeline) {
        if (std::exchange(each.sent, true)) continue;
        const auto bytes = message(each.number, answer::none);
        to.unsent.append(bytes.data(), bytes.size());
    }
    to.unsent.erase(0, world_.net.write(to.over, proxy_host, to.unsent));
}

void proxy_model::on_unreachable(unsigned server) {
    world_.notes.tell([&] { return "the proxy cannot reach a" + std::to_string(server + 1); });
    board_.on_refused(server);
}

void proxy_model::fail(unsigned server, failure what) {
    auto& to = upstreams_[server];
    if (to.over != no_connection) world_.net.close(to.over, proxy_host);
    to.over = no_connection;
    to.now = state::idle;
    to.inbound.clear();
    to.unsent.clear();
    const auto failed = std::exchange(to.pipeline, {});
    for (const auto& each : failed) {
        if (!each.given_up) on_failure(each.number, server, each.sent ? what : failure::not_sent);
    }
}

/// As dispatcher::on_failure and dispatcher::retry_target.
void proxy_model::on_failure(std::uint32_t number, unsigned server, failure why) {
    auto& what = world_.requests[number];
    std::size_t next = proxy::nobody;
    if (proxy::may_retry(why, what.idempotent(), what.attempts)) {
        const unsigned partner = 1 - server;
        const bool is_well = board_.status(partner) >= backend_status::returning;
        const bool elsewhere = is_well || board_.status(server) == backend_status::down;
        const unsigned who = elsewhere ? partner : server;
        if (board_.status(who) != backend_status::down) next = who;
    }
    if (next != proxy::nobody && why == failure::lost &&
        !retries_.take(asked_, world_.time.steady())) {
        why = failure::not_spared;
        next = proxy::nobody;
    }
    if (next == proxy::nobody) return finish(number, outcome_of(why), server);
    world_.notes.count(counted::retried);
    ++what.attempts;
    send(number, next);
}

void proxy_model::expire(unsigned server, std::uint32_t number, unsigned attempt) {
    auto& from = upstreams_[server];
    for (auto& each : from.pipeline) {
        if (each.number != number || each.attempt != attempt || each.given_up) continue;
        each.given_up = true;
        from.silence.on_timeout();
        on_failure(number, server, failure::timed_out);
        look_for_silence(server);
        world_.time.after(settings_.request_timeout, [this, server] { look_for_silence(server); });
        return world_.time.after((proxy::connection::patience - 1) * settings_.request_timeout,
                                 [this, server, number, attempt] {
                                     const auto& still = upstreams_[server].pipeline;
                                     if (!still.empty() && still.front().number == number &&
                                         still.front().attempt == attempt)
                                         fail(server, failure::lost);
                                 });
    }
}

/// As connection::tick does all the time; here when a request times out, and once more a time-out
/// later.
void proxy_model::look_for_silence(unsigned server) {
    auto& from = upstreams_[server];
    if (from.pipeline.empty() || !from.pipeline.front().given_up) return;
    if (!from.silence.takes_for_silent(world_.time.steady())) return;
    on_unreachable(server);
    fail(server, failure::lost);
}

void proxy_model::finish(std::uint32_t number, answer what, unsigned server) {
    --waiting_;
    on_answer(number, what, server);
}

proxy_model::upstream* proxy_model::upstream_at(connection_id which, unsigned& server) {
    for (server = 0; server < 2; ++server) {
        if (upstreams_[server].over == which) return &upstreams_[server];
    }
    return nullptr;
}

void proxy_model::on_connected(connection_id which) {
    unsigned server = 0;
    if (auto* const to = upstream_at(which, server)) {
        to->now = state::connected;
        to->silence.on_movement(world_.time.steady());
        return write(server);
    }
    for (server = 0; server < 2; ++server) {
        auto& asked = probes_[server];
        if (asked.over != which) continue;
        asked.made = true;
        const auto bytes = message(ping_request, answer::none);
        world_.net.write(which, proxy_host, {bytes.data(), bytes.size()});
    }
}

void proxy_model::on_room(connection_id which) {
    unsigned server = 0;
    if (auto* const to = upstream_at(which, server)) {
        to->silence.on_movement(world_.time.steady());
        write(server);
    }
}

void proxy_model::on_refused(connection_id which) {
    unsigned server = 0;
    if (auto* const to = upstream_at(which, server)) {
        to->over = no_connection;
        on_unreachable(server);
        return fail(server, failure::not_sent);
    }
    on_closed(which);
}

void proxy_model::on_bytes(connection_id which, std::string_view bytes) {
    unsigned server = 0;
    if (auto* const from = upstream_at(which, server)) {
        from->tries.on_success();
        from->silence.on_movement(world_.time.steady());
        from->inbound.take(bytes, [&](std::uint32_t number, answer what) {
            if (from->pipeline.empty() || from->pipeline.front().number != number)
                world_.notes.fail("a reply to another request than the oldest");
            const bool given_up = from->pipeline.front().given_up;
            from->pipeline.pop_front();
            if (given_up) return from->over == which;
            if (what == answer::loading) {
                on_failure(number, server, failure::loading);
            } else {
                finish(number, what, server);
            }
            return from->over == which;
        });
        return;
    }
    for (server = 0; server < 2; ++server) {
        auto& asked = probes_[server];
        if (asked.over != which) continue;
        asked.inbound.take(bytes, [&](std::uint32_t, answer what) {
            if (asked.asking)
                conclude(server, what == answer::done ? proxy::probe_outcome::ready
                                                      : proxy::probe_outcome::catching_up);
            return asked.over == which;
        });
    }
}

void proxy_model::on_closed(connection_id which) {
    unsigned server = 0;
    if (upstream_at(which, server) != nullptr) return fail(server, failure::lost);
    for (server = 0; server < 2; ++server) {
        auto& asked = probes_[server];
        if (asked.over != which) continue;
        asked.over = no_connection;
        if (asked.asking) conclude(server, proxy::probe_outcome::failed);
    }
}

/// As prober::probe.
void proxy_model::ask_probe(unsigned server) {
    auto& asked = probes_[server];
    asked.asking = true;
    asked.begun = world_.time.now();
    world_.time.after(settings_.probe_timeout, [this, server, number = ++asked.number] {
        auto& late = probes_[server];
        if (late.asking && late.number == number) conclude(server, proxy::probe_outcome::failed);
    });
    if (asked.over == no_connection) {
        asked.made = false;
        asked.inbound.clear();
        asked.over = world_.net.dial(proxy_host, server, purpose::probes);
    } else if (asked.made) {
        const auto bytes = message(ping_request, answer::none);
        world_.net.write(asked.over, proxy_host, {bytes.data(), bytes.size()});
    }
}

void proxy_model::conclude(unsigned server, proxy::probe_outcome outcome) {
    auto& asked = probes_[server];
    asked.asking = false;
    if (outcome != proxy::probe_outcome::failed) {
        asked.failures = 0;
    } else {
        ++asked.failures;
        if (asked.over != no_connection) world_.net.close(asked.over, proxy_host);
        asked.over = no_connection;
    }
    const auto before = board_.status(server);
    board_.on_probe(server, outcome);
    if (before != board_.status(server)) {
        world_.notes.tell([&] {
            return "the proxy sees a" + std::to_string(server + 1) + " as " +
                   std::to_string(static_cast<int>(board_.status(server)));
        });
        // As dispatcher::refresh_statuses, and link::tick.
        if (before == backend_status::down) upstreams_[server].tries.on_return();
        if (board_.status(server) == backend_status::down) fail(server, failure::lost);
    }
    const bool in_doubt = asked.failures != 0 && asked.failures < settings_.fall;
    const auto next = asked.begun + (in_doubt ? settings_.probe_timeout : settings_.probe_interval);
    world_.time.at(next, [this, server] { ask_probe(server); });
}

}  // namespace simulation
