// What the sessions of one worker work with. Owned by the app, touched by the worker's thread.
#pragma once

#include "backend/replication/partner_link.hpp"
#include "backend/server/counters.hpp"
#include "backend/server/record_flusher.hpp"
#include "backend/server/server_state.hpp"
#include "backend/server/subscriptions.hpp"
#include "backend/store/store.hpp"
#include "shared/command/connection_commands.hpp"
#include "shared/net/session_table.hpp"
#include "shared/resp/request_parser.hpp"

#include <chrono>

namespace backend {

class session;
class ack_batch;

struct services {
    shared::worker& owner;
    shared::session_table<session>& clients;
    store& data;
    partner_link* partner;    // null: this backend runs alone
    record_flusher* flusher;  // null: there is no log either
    const shared::server_facts& facts;
    server_state& server;
    subscriptions& topics;
    shared::request_limits limits;
    counters& counts;
    durable_log* log = nullptr;                // null: nothing is written to disk
    shared::unix_ms now = shared::unix_now();  // as of the last data command or turn of the chores
    ack_batch* confirmations = nullptr;        // null: writes do not wait for the partner
    std::uint64_t max_reply = 256ULL << 20;    // bytes of a reply of several values
    // How long FLUSHALL waits for the partner, twice at the most.
    std::chrono::microseconds ack_timeout = std::chrono::milliseconds(250);
};

}  // namespace backend
