// The command line of bench_load.
#pragma once

#include "tests/bench/load/workload.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

struct load_options {
    std::string host = "127.0.0.1";  // an IPv4 address
    std::uint16_t port = 6379;
    std::size_t connections = 50;
    std::size_t pipeline = 1;    // requests under way on one connection
    std::uint64_t requests = 0;  // 0: as many as fit into `seconds`
    double seconds = 0;          // 0: until `requests` are made
    double rate = 0;             // requests a second on a timetable; 0: each after an answer
    std::int64_t tick = 0;       // microseconds; requests of one tick are due together
    bool json = false;
    bool histogram = false;      // all latencies are told besides, in JSON
    std::vector<pid_t> watched;  // whose CPU time is reported
    workload_options work;
};

/// Nothing when the program is to end at once with `exit_code`, its answer having been printed.
std::optional<load_options> read_options(int argc, const char* const* argv, int& exit_code);

}  // namespace bench
