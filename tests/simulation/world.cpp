#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

constexpr sim_time look = 20 * ms;
constexpr sim_time most_to_settle = 12 * second;  // beside time-outs and clocks that are ahead
constexpr sim_time quiet = 300 * ms;

}  // namespace

world::world(std::uint64_t seed, std::string* trace)
    : chance(seed),
      config(draw_settings(chance)),
      notes(time, trace),
      past(config.keys, time),
      net(config, chance, time, notes) {
    for (unsigned side = 0; side < 2; ++side) {
        machines[side] = std::make_unique<machine>(*this, side);
        net.attach(side, *machines[side]);
    }
    proxy = std::make_unique<proxy_model>(*this);
    load = std::make_unique<clients>(*this);
    trouble = std::make_unique<faults>(*this);
    net.attach(proxy_host, *proxy);
    net.attach(client_host, *load);
    net.on_trouble = [this](unsigned a, unsigned b) {
        for (const auto& [near, far] : {std::pair(a, b), std::pair(b, a)}) {
            if (near < 2 && far == proxy_host)
                machines[near]->undisturbed_since = time.now();
        }
    };
}

void world::run() {
    notes.tell([&] { return describe(config); });
    for (auto& each : machines) each->start();
    proxy->start();
    for (unsigned number = 0; number < config.rounds; ++number) round(number);
    for (auto& each : machines) each->running_process()->count_store();
}

void world::round(unsigned) {
    load->start();
    trouble->start();
    time.run_until(time.now() + config.storm);
    trouble->stop();
    net.heal();
    for (auto& each : machines) {
        each->heal();
        each->start();
    }
    notes.tell([] { return std::string("all is well again"); });
    load->stop();
    settle();
    check_end(*this);
}

void world::settle() {
    auto until = time.now() + most_to_settle + 2 * config.timeout;
    const auto synced = [&] {
        for (auto& each : machines) {
            auto* const now = each->running_process();
            if (now == nullptr || !now->synced_both_ways()) return false;
            if (now->data().stats().evicted != 0) past.evictions = true;
            if (config.sides[each->side()].log && !now->log_sound()) return false;
        }
        return true;
    };
    // A clock that was ahead has left versions that the partner takes when its own comes near.
    for (auto& each : machines) {
        if (auto* const now = each->running_process())
            until = std::max(until, time.now() + most_to_settle + 2 * config.timeout +
                                        (backend::time_of(now->clock().newest()) -
                                         each->now().unix) * ms);
    }
    sim_time well_since = -1;
    while (well_since < 0 || time.now() < well_since + quiet) {
        if (time.now() > until)
            notes.fail("the pair is not in step though all has been well for long");
        time.run_until(time.now() + look);
        if (!synced()) {
            well_since = -1;
        } else if (well_since < 0) {
            well_since = time.now();
        }
    }
    if (proxy->waiting() != 0) time.run_until(time.now() + 6 * config.proxy.request_timeout);
    if (proxy->waiting() != 0) notes.fail("the proxy owes somebody a reply");
}

}  // namespace simulation
