// What the sessions of one worker work with. Owned by the app, touched by the worker's thread.
#pragma once

#include "backend/replication/partner_link.hpp"
#include "backend/server/counters.hpp"
#include "backend/server/server_state.hpp"
#include "backend/server/subscriptions.hpp"
#include "backend/store/store.hpp"
#include "shared/command/connection_commands.hpp"
#include "shared/net/session_table.hpp"
#include "shared/resp/request_parser.hpp"

namespace backend {

/// Sends the records of this turn's writes to the partner before their replies go to the clients.
class record_flusher final : public shared::turn_task {
  public:
    explicit record_flusher(outbox& records) noexcept : records_(records) {}
    void at_end_of_turn() override { records_.flush(); }

  private:
    outbox& records_;
};

class session;
class ack_batch;

struct services {
    shared::worker& owner;
    shared::session_table<session>& clients;
    store& data;
    partner_link* partner;    // null: this backend runs alone
    record_flusher* flusher;  // null: the same
    const shared::server_facts& facts;
    server_state& server;
    subscriptions& topics;
    shared::request_limits limits;
    counters& counts;
    shared::unix_ms now = shared::unix_now();  // as of the last data command or turn of the chores
    ack_batch* confirmations = nullptr;        // null: writes do not wait for the partner
};

}  // namespace backend
