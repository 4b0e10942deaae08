// What tests of the frontend take a pool to be, when a test does not say otherwise.
#pragma once

#include "proxy/frontend/pool_facts.hpp"
#include "proxy/policy/layout.hpp"

#include <utility>
#include <vector>

namespace proxy::test {

/// A pool of these backends with the layout that is built quickest, and with short times.
inline pool_facts usual_facts(std::vector<pool_backend> backends,
                              const std::vector<std::size_t>& partners, health_board& board,
                              policy_kind kind = policy_kind::consistent_hash) {
    std::vector<weighted_backend> weighted;
    for (const auto& one : backends) weighted.push_back({one.name, one.weight});
    auto placement = kind == policy_kind::consistent_hash
                         ? make_placement(layout_kind::maglev, weighted)
                         : nullptr;
    return {.name = "main",
            .backends = std::move(backends),
            .pairs = topology(partners),
            .board = board,
            .kind = kind,
            .layout = layout_kind::maglev,
            .placement = std::move(placement),
            .hash = {shared::hash_for(shared::hash_kind::xxh3)},
            .max_load = 0,
            .connections = 2,
            .connect_timeout = std::chrono::milliseconds(500),
            .request_timeout = std::chrono::milliseconds(300),
            .most_timeouts = 5,
            .retries = {},
            .allow_keys = false,
            .most_in_flight = 100'000,
            .most_queued = 256UL << 20U,
            .large_reply = 64UL << 10U,
            .most_lanes = 8,
            .clients = {},
            .request_limits = {},
            .reply_limits = {}};
}

}  // namespace proxy::test
