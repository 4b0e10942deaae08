// What goes wrong, and when: by chance, as the settings say how often. Owned by the world.
#pragma once

#include "tests/simulation/timeline.hpp"

#include <functional>

namespace simulation {

struct world;
class machine;

class faults {
  public:
    explicit faults(world& around) : world_(around) {}

    void start();
    /// Nothing goes wrong from now on.
    void stop() noexcept { ++round_; }

  private:
    void plan(sim_time mean, void (faults::*what)());
    machine& one_side();
    void kill();
    void lose_power();
    void cut();
    void divide();
    void divide_one_way();
    void slow_network();
    void slow_disk();
    void bad_disk();
    void jump();
    void resize();
    void block_for_a_while(unsigned a, unsigned b, bool both_ways);

    world& world_;
    std::uint64_t round_ = 0;
};

}  // namespace simulation
