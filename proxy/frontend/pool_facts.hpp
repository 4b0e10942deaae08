// What all workers share of a pool: the backends, where they are, how they pair up, how they are.
// Constant after the start, but for the board. Owned by the app.
#pragma once

#include "proxy/health/board.hpp"
#include "proxy/policy/factory.hpp"
#include "proxy/policy/layout.hpp"
#include "proxy/routing/router.hpp"
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
    shared::request_limits request_limits;
    shared::reply_limits reply_limits;

    /// True if each key has one home; false if every pair holds every key.
    bool shards() const noexcept { return placement != nullptr; }
};

}  // namespace proxy
