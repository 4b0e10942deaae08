#include "backend/server/ack_batch.hpp"

#include "backend/server/session.hpp"

#include <algorithm>
#include <utility>

namespace backend {

void ack_batch::join(shared::session_id client, version after) {
    after_ = joined_.empty() ? after : std::min(after_, after);
    joined_.push_back(client);
    owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
}

void ack_batch::at_end_of_turn() {
    for (const auto client : joined_) {
        if (auto* const waiting = clients_.find(client)) waiting->await_confirmation();
    }
    partner_.after_acknowledgement(
        owner_, {.after = after_, .until = shared::steady_now() + patience_, .unless_gone = true},
        [&clients = clients_, joined = std::exchange(joined_, {})](bool confirmed) {
            for (const auto client : joined) {
                if (auto* const waiting = clients.find(client)) waiting->confirm(confirmed);
            }
        });
}

}  // namespace backend
