#include "tests/simulation/faults.hpp"

#include "tests/simulation/world.hpp"

namespace simulation {

void faults::start() {
    const auto& often = world_.config.faults;
    plan(often.kill, &faults::kill);
    plan(often.power, &faults::lose_power);
    plan(often.cut, &faults::cut);
    plan(often.partition, &faults::divide);
    plan(often.one_way, &faults::divide_one_way);
    plan(often.slow_net, &faults::slow_network);
    plan(often.slow_disk, &faults::slow_disk);
    plan(often.bad_disk, &faults::bad_disk);
    plan(often.jump, &faults::jump);
    plan(often.resize, &faults::resize);
}

void faults::plan(sim_time mean, void (faults::*what)()) {
    if (mean == 0) return;
    world_.time.after(world_.chance.between(1, 2 * mean), [this, mean, what, round = round_] {
        if (round != round_) return;
        (this->*what)();
        plan(mean, what);
    });
}

machine& faults::one_side() {
    return *world_.machines[world_.chance.below(2)];
}

void faults::kill() {
    auto& victim = one_side();
    if (!victim.running()) return;
    if (world_.chance.percent(20)) return victim.stop_orderly();
    if (!world_.chance.percent(world_.config.faults.abrupt)) return victim.kill();
    victim.stop_amid(false);
}

void faults::lose_power() {
    auto& victim = one_side();
    if (!victim.powered()) return;
    if (!victim.running() || !world_.chance.percent(world_.config.faults.abrupt))
        return victim.lose_power();
    victim.stop_amid(true);
}

void faults::cut() {
    world_.net.cut_one();
}

void faults::block_for_a_while(unsigned a, unsigned b, bool both_ways) {
    world_.net.block(a, b, true);
    if (both_ways) world_.net.block(b, a, true);
    const auto pause = world_.chance.between(20, world_.chance.percent(50) ? 400 : 3000) * ms;
    world_.notes.tell([&] {
        return std::string("nothing gets from ") + std::to_string(a) + " to " + std::to_string(b) +
               (both_ways ? " and back" : "") + " for " + std::to_string(pause / ms) + " ms";
    });
    world_.time.after(pause, [this, a, b] {
        world_.net.block(a, b, false);
        world_.net.block(b, a, false);
    });
}

void faults::divide() {
    world_.notes.count(counted::partitions);
    const auto side = static_cast<unsigned>(world_.chance.below(2));
    const auto other = world_.chance.one_of({1 - side, 1 - side, 1 - side, proxy_host, client_host});
    block_for_a_while(side, other, true);
}

void faults::divide_one_way() {
    world_.notes.count(counted::one_way_partitions);
    const auto side = static_cast<unsigned>(world_.chance.below(2));
    const auto other = world_.chance.one_of({1 - side, 1 - side, 1 - side, proxy_host, client_host});
    if (world_.chance.percent(50)) return block_for_a_while(side, other, false);
    block_for_a_while(other, side, false);
}

void faults::slow_network() {
    world_.notes.count(counted::slow_networks);
    const auto until = world_.time.now() + world_.chance.between(50, 800) * ms;
    world_.net.slow_until(until, world_.chance.between(10, 200));
    for (auto& each : world_.machines)
        each->undisturbed_since = std::max(each->undisturbed_since, until + second);
}

void faults::slow_disk() {
    world_.notes.count(counted::slow_disks);
    one_side().slow_disk(world_.time.now() + world_.chance.between(50, 1000) * ms,
                         world_.chance.between(1, 60) * ms);
}

void faults::bad_disk() {
    world_.notes.count(counted::bad_disks);
    one_side().bad_disk(
        world_.time.now() + world_.chance.between(5, 800) * ms,
        world_.chance.one_of({10U, 50U, 100U}), world_.chance.percent(50));
}

void faults::jump() {
    const auto limit = world_.config.max_ahead / ms;
    const bool far = world_.config.faults.far_jumps && world_.chance.percent(30);
    const auto by = far ? world_.chance.between(limit, 2 * limit) : world_.chance.between(1, limit / 3);
    if (far) world_.notes.count(counted::far_jumps);
    one_side().jump(world_.chance.percent(50) ? by : -by);
}

void faults::resize() {
    auto& which = one_side();
    if (!which.running()) return;
    world_.notes.count(counted::resizes);
    which.running_process()->set_memory(static_cast<std::uint64_t>(world_.chance.between(160, 1024))
                                        << 10U);
}

}  // namespace simulation
