#include "tests/simulation/settings.hpp"

#include <cstdio>

namespace simulation {
namespace {

side_settings draw_side(random_source& chance) {
    side_settings side;
    side.log = chance.percent(50);
    side.fsync = chance.one_of({backend::fsync_policy::always, backend::fsync_policy::always,
                                backend::fsync_policy::everysec, backend::fsync_policy::no});
    side.on_error =
        chance.percent(70) ? backend::on_log_error::refuse : backend::on_log_error::serve;
    side.shards = chance.percent(75) ? 1 : 2;
    if (chance.percent(15)) side.backlog = static_cast<std::uint64_t>(chance.between(512, 8192));
    if (chance.percent(50)) {
        side.rewrite_growth = static_cast<unsigned>(chance.between(20, 200));
        side.rewrite_from = static_cast<std::uint64_t>(chance.between(1, 8)) << 10U;
    }
    return side;
}

proxy_settings draw_proxy(random_source& chance) {
    proxy_settings proxy{};
    proxy.probe_interval = chance.one_of({100 * ms, 200 * ms, 500 * ms});
    proxy.probe_timeout = proxy.probe_interval / 2;
    proxy.request_timeout = chance.one_of({50 * ms, 100 * ms, 250 * ms, 500 * ms});
    proxy.connect_timeout = chance.one_of({50 * ms, 100 * ms});
    proxy.slow_start = chance.percent(30) ? chance.between(200, 2000) * ms : 0;
    proxy.fall = static_cast<unsigned>(chance.between(1, 3));
    proxy.rise = static_cast<unsigned>(chance.between(1, 3));
    proxy.most_timeouts = static_cast<unsigned>(chance.between(0, 5));
    proxy.retry_least = chance.one_of({0.0, 1.0, 10.0});
    proxy.retry_most = chance.one_of({2.0, 100.0, 10'000.0});
    return proxy;
}

sim_time maybe(random_source& chance, unsigned share, std::int64_t least, std::int64_t most) {
    return chance.percent(share) ? chance.between(least, most) * ms : 0;
}

fault_settings draw_faults(random_source& chance) {
    fault_settings faults{};
    if (chance.percent(4)) return faults;  // nothing goes wrong
    faults.kill = maybe(chance, 60, 500, 6000);
    faults.power = maybe(chance, 40, 1000, 8000);
    faults.cut = maybe(chance, 60, 100, 4000);
    faults.partition = maybe(chance, 40, 1000, 6000);
    faults.one_way = maybe(chance, 30, 1000, 6000);
    faults.slow_net = maybe(chance, 30, 500, 5000);
    faults.slow_disk = maybe(chance, 30, 500, 5000);
    faults.bad_disk = maybe(chance, 30, 500, 5000);
    faults.jump = maybe(chance, 30, 500, 5000);
    faults.resize = maybe(chance, 5, 500, 5000);
    faults.wipe = chance.percent(30) ? static_cast<unsigned>(chance.between(10, 60)) : 0;
    faults.abrupt = static_cast<unsigned>(chance.one_of({0, 30, 70}));
    faults.far_jumps = chance.percent(20);
    return faults;
}

void draw_load(random_source& chance, settings& run) {
    run.storm = chance.between(1500, 6000) * ms;
    run.rounds = chance.percent(20) ? 2 : 1;
    run.think = chance.between(5, 40) * ms;
    run.keys = static_cast<unsigned>(chance.between(2, 40));
    run.longest_value = static_cast<unsigned>(chance.one_of({16, 64, 300}));
    if (chance.percent(3)) run.keys = static_cast<unsigned>(chance.between(300, 700));
    run.with_expiry = static_cast<unsigned>(chance.one_of({0, 10, 50}));
    run.longest_life = chance.between(50, 4000) * ms;
    run.deletes = static_cast<unsigned>(chance.one_of({0, 10, 25, 40}));
    run.flushes = static_cast<unsigned>(chance.one_of({0, 0, 5, 30}));
    run.latency = chance.between(50, 2000);
    run.buffer = static_cast<std::size_t>(chance.one_of({600, 4096, 65'536}));
}

}  // namespace

settings draw_settings(random_source& chance) {
    settings run{};
    for (auto& side : run.sides) side = draw_side(chance);
    if (chance.percent(60)) run.sides[1].log = run.sides[0].log;
    const auto ack = chance.percent(50) ? backend::ack_mode::partner : backend::ack_mode::none;
    for (auto& side : run.sides) side.ack = ack;
    run.proxy = draw_proxy(chance);
    run.faults = draw_faults(chance);
    run.timeout = chance.between(450, 2000) * ms;
    run.grace = chance.between(200, 2000) * ms;
    run.short_horizon = chance.percent(10);
    if (run.short_horizon) run.timeout = 300 * ms + run.timeout / 6;
    run.tombstones = run.short_horizon ? run.timeout * chance.between(4, 6) : 3600 * second;
    run.max_ahead = chance.between(1, 4) * second;
    run.ack_timeout = chance.percent(70) ? chance.between(10 * ms, run.proxy.request_timeout / 2)
                                         : chance.between(100, 1000) * ms;
    draw_load(chance, run);
    run.small_memory = chance.percent(8);
    run.verifies = chance.percent(4);
    if (run.small_memory) {
        for (auto& side : run.sides) side.memory = 256UL << 10U;
        run.keys = static_cast<unsigned>(chance.between(30, 120));
        run.longest_value = 12'000;
    }
    return run;
}

std::string describe(const settings& what) {
    std::array<char, 512> line{};
    std::string text;
    for (const auto& side : what.sides) {
        std::snprintf(
            line.data(), line.size(),
            "log=%d fsync=%s on_error=%s ack=%s memory=%lu shards=%u backlog=%lu "
            "growth=%u\n",
            side.log,
            std::string(backend::fsync_policy_names[static_cast<std::size_t>(side.fsync)]).c_str(),
            side.on_error == backend::on_log_error::refuse ? "refuse" : "serve",
            side.ack == backend::ack_mode::partner ? "partner" : "none", side.memory, side.shards,
            side.backlog, side.rewrite_growth);
        text += line.data();
    }
    std::snprintf(
        line.data(), line.size(),
        "timeout=%ldms grace=%ldms tombstones=%ldms max_ahead=%ldms ack_timeout=%ldms "
        "storm=%ldms rounds=%u keys=%u value<=%u expiring=%u%%<=%ldms latency=%ldus buffer=%zu\n",
        what.timeout / ms, what.grace / ms, what.tombstones / ms, what.max_ahead / ms,
        what.ack_timeout / ms, what.storm / ms, what.rounds, what.keys, what.longest_value,
        what.with_expiry, what.longest_life / ms, what.latency, what.buffer);
    text += line.data();
    std::snprintf(line.data(), line.size(),
                  "proxy: probe=%ld/%ldms request=%ldms fall=%u rise=%u timeouts=%u "
                  "slow_start=%ldms retry=%g/%g\n",
                  what.proxy.probe_interval / ms, what.proxy.probe_timeout / ms,
                  what.proxy.request_timeout / ms, what.proxy.fall, what.proxy.rise,
                  what.proxy.most_timeouts, what.proxy.slow_start / ms, what.proxy.retry_least,
                  what.proxy.retry_most);
    return text + line.data();
}

}  // namespace simulation
