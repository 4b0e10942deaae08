// What can be told of the link to the partner at one moment. Pure: plain data, which partner_link
// fills.
#pragma once

#include "backend/persist/identity.hpp"
#include "backend/replication/handshake.hpp"
#include "backend/replication/link_lag.hpp"
#include "backend/replication/readiness.hpp"
#include "shared/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace backend {

struct link_status {
    bool sending;   // our half is up
    bool sent_all;  // and the partner has all that we had when it came up
    sync_state receiving;
    bool ready;
    std::size_t unsent_bytes;
    std::uint64_t records_sent;
    lag_reading lag;                    // means something while `sending`
    missing exchange_of;                // what the present link began with, or the last
    shared::unix_ms exchange_sent;      // when the partner last had all that we have; 0: never
    shared::unix_ms exchange_received;  // when we last had all that it has
    std::uint64_t refused_versions;     // of the partner, too far ahead
    std::string refused{};              // why a link was, lately; empty: none was
    node_identity identity{};
};

}  // namespace backend
