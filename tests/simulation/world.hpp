// All that one seed makes: two machines, a proxy, clients and faults in one simulated time. Owned
// by `run_seed`.
#pragma once

#include "tests/simulation/checks.hpp"
#include "tests/simulation/clients.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/simulation/proxy_model.hpp"

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

namespace simulation {

/// A change whose record is in the kernel's hands when so many bytes of a connection are.
struct sent_operation {
    std::uint64_t position;
    std::uint32_t which;
};

/// A FLUSHALL that the partner has confirmed: what is made later is newer.
struct confirmed_flush {
    backend::version stamp;
    sim_time at;
};

struct world {
    world(std::uint64_t seed, std::string* trace);

    random_source chance;
    settings config;
    timeline time;
    journal notes;
    history past;
    network net;
    std::vector<request> requests;
    std::unordered_map<connection_id, std::vector<sent_operation>> in_wires;
    std::unordered_map<connection_id, std::uint32_t> accepted_by;  // the life of the process
    std::vector<confirmed_flush> flushes;
    std::array<std::unique_ptr<machine>, 2> machines;
    std::unique_ptr<proxy_model> proxy;
    std::unique_ptr<clients> load;
    std::unique_ptr<faults> trouble;

    /// Since when the partners reach each other at their usual pace.
    sim_time pair_undisturbed_since = 0;

    /// All of it, to the end of the last check. Throws `violation`.
    void run();

  private:
    void round();
    bool in_step();
    void settle();
    sim_time time_to_settle();
};

}  // namespace simulation
