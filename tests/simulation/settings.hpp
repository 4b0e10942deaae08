// What one run is like: drawn from its seed. Values.
#pragma once

#include "backend/config.hpp"
#include "tests/simulation/random_source.hpp"
#include "tests/simulation/timeline.hpp"

#include <array>
#include <string>

namespace simulation {

struct side_settings {
    bool log = false;
    backend::fsync_policy fsync = backend::fsync_policy::everysec;
    backend::on_log_error on_error = backend::on_log_error::refuse;
    backend::ack_mode ack = backend::ack_mode::none;
    std::uint64_t memory = 1UL << 20U;
    unsigned shards = 1;
    std::uint64_t backlog = 64UL << 20U;
    unsigned rewrite_growth = 0;
    std::uint64_t rewrite_from = 0;
};

struct proxy_settings {
    sim_time probe_interval, probe_timeout, request_timeout, connect_timeout, slow_start;
    unsigned fall, rise, most_timeouts;
    double retry_least, retry_most;
};

/// Mean pauses between faults of a kind; 0: it does not happen.
struct fault_settings {
    sim_time kill, power, cut, partition, one_way, slow_net, slow_disk, bad_disk, jump, resize;
    unsigned wipe;   // percent of restarts that find no log any more
    unsigned abrupt; // percent of kills that come in the midst of an operation of the disk
    bool far_jumps;  // of the clock, beyond `max_ahead`
};

struct settings {
    std::array<side_settings, 2> sides;
    proxy_settings proxy;
    fault_settings faults;
    sim_time timeout, grace, tombstones, max_ahead, ack_timeout;
    sim_time storm;        // how long one round lasts before everything heals
    unsigned rounds;
    sim_time think;        // mean pause between clients' operations
    unsigned keys;
    unsigned longest_value;
    unsigned with_expiry;  // percent of writes
    sim_time longest_life; // of what expires
    unsigned deletes, flushes;  // percent, and of a thousand, of operations
    sim_time latency;      // of the network, mean
    std::size_t buffer;    // bytes that a connection takes for each way
    bool small_memory;
    bool short_horizon;    // deletes are forgotten by age
};

settings draw_settings(random_source& chance);

std::string describe(const settings& what);

}  // namespace simulation
