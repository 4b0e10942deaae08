#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

constexpr sim_time look = 20 * ms;
constexpr sim_time most_to_settle = 12 * second;  // beside time-outs and clocks that are ahead

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
            if (near < 2 && far < 2) pair_undisturbed_since = time.now();
            if (near < 2 && far == proxy_host)
                machines[near]->undisturbed_since =
                    std::max(machines[near]->undisturbed_since, time.now());
        }
    };
}

void world::run() {
    notes.tell([&] { return describe(config); });
    for (auto& each : machines) each->start();
    proxy->start();
    for (unsigned number = 0; number < config.rounds; ++number) round();
    for (auto& each : machines) each->running_process()->count_store();
}

void world::round() {
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

/// Both have a link that is whole, and logs that are sound.
bool world::in_step() {
    for (auto& each : machines) {
        auto* const now = each->running_process();
        if (now == nullptr || !now->synced_both_ways()) return false;
        if (now->data().stats().evicted != 0) past.evictions = true;
        if (config.sides[each->side()].log && !now->log_sound()) return false;
    }
    return true;
}

/// Until each has acknowledged all that the other has made, and nobody makes more.
void world::settle() {
    const auto until = time.now() + time_to_settle();
    std::size_t made = 0;
    std::array<backend::version, 2> newest{};
    for (bool settled = false; !settled;) {
        if (time.now() > until)
            notes.fail("the pair is not in step though all has been well for long");
        time.run_until(time.now() + look);
        settled = newest[0] != 0 && in_step() && made == past.all().size() && proxy->waiting() == 0;
        for (auto& each : machines) {
            settled =
                settled && each->running_process()->has_partner_acknowledged(newest[each->side()]);
        }
        if (made == past.all().size() && in_step() && newest[0] != 0) continue;
        made = past.all().size();
        newest = {};
        if (!in_step()) continue;
        for (auto& each : machines)
            newest[each->side()] = each->running_process()->clock().newest();
    }
}

/// A clock that was ahead has left versions that the partner takes when its own comes near.
sim_time world::time_to_settle() {
    shared::unix_ms ahead = 0;
    for (auto& each : machines) {
        if (auto* const now = each->running_process())
            ahead = std::max(ahead, backend::time_of(now->clock().newest()) - each->now().unix);
    }
    return most_to_settle + 2 * config.timeout + ahead * ms;
}

}  // namespace simulation
