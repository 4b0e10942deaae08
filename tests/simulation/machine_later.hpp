// `machine::later`, which needs the world.
#pragma once

#include "tests/simulation/world.hpp"

namespace simulation {

template <typename Work>
void machine::later(sim_time pause, Work work) {
    world_.time.after(pause, [this, life = life_, work = std::move(work)] {
        if (life == life_) with_process([&](process&) { work(); });
    });
}

template <typename Work>
void machine::with_process(Work work) {
    if (!process_) return;
    try {
        work(*process_);
    } catch (const machine_stops& how) {
        world_.notes.count(counted::abrupt_ends);
        world_.notes.tell([&] { return name() + " ends amid an operation of the disk"; });
        how.power ? lose_power() : kill();
    }
}

}  // namespace simulation
