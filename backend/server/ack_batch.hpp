// With `ack = "partner"`: the clients of one worker that have written in this turn. The partner is
// asked once for all of them. Owned by the app, touched by the worker's thread alone.
#pragma once

#include "backend/replication/partner_link.hpp"
#include "shared/net/poller.hpp"
#include "shared/net/session_id.hpp"
#include "shared/net/session_table.hpp"

#include <chrono>
#include <vector>

namespace backend {

class session;

class ack_batch final : public shared::turn_task {
  public:
    /// `patience`: how long a write waits for its confirmation.
    ack_batch(shared::worker& owner, partner_link& partner, shared::session_table<session>& clients,
              std::chrono::microseconds patience) noexcept
        : owner_(owner), partner_(partner), clients_(clients), patience_(patience) {}

    /// The client's changes are newer than `after`; it is told by `session::confirm`.
    void join(shared::session_id client, version after);

    void at_end_of_turn() override;

  private:
    shared::worker& owner_;
    partner_link& partner_;
    shared::session_table<session>& clients_;
    std::chrono::microseconds patience_;
    std::vector<shared::session_id> joined_;
    version after_ = 0;
};

}  // namespace backend
