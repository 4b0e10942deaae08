// What all workers share of a pool: the backends, where they are, how they pair up, how they are.
// Constant after the start, but for the board. Owned by the app.
#pragma once

#include "proxy/health/board.hpp"
#include "proxy/policy/factory.hpp"
#include "proxy/policy/layout.hpp"
#include "proxy/resilience/retry_budget.hpp"
#include "proxy/routing/router.hpp"
#include "shared/net/client_session.hpp"
#include "shared/resp/reply_parser.hpp"
#include "shared/resp/request_parser.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace proxy {

struct pool_backend {
    std::string name;
    boost::asio::ip::tcp::endpoint where;
    std::uint32_t weight;
};

/// What one client may have and take.
struct client_facts {
    std::size_t pipeline = 1024;              // requests under way
    std::size_t buffer = 16UL * 1024 * 1024;  // bytes of replies that are held for it
    shared::client_patience patience;
};

struct pool_facts {
    std::string name;
    std::vector<pool_backend> backends;
    topology pairs;
    health_board& board;
    policy_kind kind;
    layout_kind layout;
    std::shared_ptr<const proxy::placement> placement;  // null for a policy that does not shard
    shared::key_hash hash;
    double max_load;       // bound on a home's load, times its share; 0: none
    unsigned connections;  // of each worker to each backend
    std::chrono::microseconds connect_timeout;
    std::chrono::microseconds request_timeout;
    unsigned most_timeouts;  // in a row that take a backend down; 0: any number
    retry_settings retries;
    bool allow_keys;             // KEYS, which takes all keys at once
    std::size_t most_in_flight;  // requests of each worker at each backend
    std::size_t most_queued;     // bytes of requests on each connection
    std::size_t large_reply;     // bytes beyond which a reply is not held on a shared connection
    unsigned most_lanes;         // of each worker to each backend
    client_facts clients;
    shared::request_limits request_limits;
    shared::reply_limits reply_limits;

    /// True if each key has one home; false if every pair holds every key.
    bool shards() const noexcept { return placement != nullptr; }
};

}  // namespace proxy
