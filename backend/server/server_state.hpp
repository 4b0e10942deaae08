// What the workers share beside the data: what operators set and ask for. Owned by the app; every
// part says itself how threads may touch it.
#pragma once

#include "backend/server/channel_hub.hpp"
#include "backend/server/client_registry.hpp"
#include "backend/server/error_stats.hpp"
#include "backend/server/latency_monitor.hpp"
#include "backend/server/slow_log.hpp"

#include <atomic>
#include <cstdint>
#include <functional>

namespace backend {

struct server_state {
    client_registry clients;
    std::function<void(const client_place&)> close_client;  // soon; set before the workers run
    channel_hub channels;
    slow_log slow;
    latency_monitor latency;
    error_stats errors;
    std::atomic<std::uint32_t> most_clients{10'000};
    std::atomic<std::int32_t> idle_timeout{
        0};  // seconds after which an idle client is closed; 0: never
    std::function<std::uint64_t()> memory_limit;  // these three: set before the workers run
    std::function<void(std::uint64_t)> set_memory_limit;
    std::function<void()> reset_statistics;
    std::function<bool()> rewrite_log;      // false: one is going on; empty: there is no log
    std::atomic<bool> active_expiry{true};  // DEBUG SET-ACTIVE-EXPIRE
    bool debug_commands = false;            // whether DEBUG may be used; set before the workers run

    /// How exactly requests are timed. Below this many microseconds the clock is read for each of
    /// them once more; else only for those that may take so long (request_timer.hpp).
    static constexpr std::int64_t exact_below = 10'000;

    bool times_all() const noexcept {
        const auto slow_from = slow.threshold();
        const auto latency_from = latency.threshold();
        return (slow_from >= 0 && slow_from < exact_below) ||
               (latency_from > 0 && latency_from * 1000 < exact_below);
    }
};

}  // namespace backend
