// The end of a worker's turn for what was written in it: the records go to the partner and to the
// log before the replies go to the clients. Owned by the app, touched by the worker's thread alone.
#pragma once

#include "backend/persist/durable_log.hpp"
#include "backend/replication/outbox.hpp"
#include "shared/net/poller.hpp"
#include "shared/net/session_id.hpp"
#include "shared/net/session_table.hpp"

#include <cstddef>
#include <vector>

namespace backend {

class session;

/// Where in a client's queue the reply to a write lies.
struct reply_place {
    shared::session_id client;
    std::size_t begin, size;
};

class record_flusher final : public shared::turn_task {
  public:
    /// Either of `records` and `log` may be null.
    record_flusher(outbox* records, durable_log* log,
                   shared::session_table<session>& clients) noexcept
        : records_(records), log_(log), clients_(clients) {}

    /// A reply that is true only if the log takes this turn's records.
    void note(const reply_place& reply) {
        if (log_ != nullptr) unsettled_.push_back(reply);
    }

    /// The client's queue has been cut back to `size` bytes.
    void forget(shared::session_id client, std::size_t size) noexcept;

    void at_end_of_turn() override;

  private:
    void take_back_replies();

    outbox* records_;
    durable_log* log_;
    shared::session_table<session>& clients_;
    std::vector<reply_place> unsettled_;  // of this turn; a client's are in their order
};

}  // namespace backend
