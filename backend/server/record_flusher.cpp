#include "backend/server/record_flusher.hpp"

#include "backend/server/session.hpp"

namespace backend {

void record_flusher::forget(shared::session_id client, std::size_t size) noexcept {
    while (!unsettled_.empty() && unsettled_.back().client == client &&
           unsettled_.back().begin >= size) {
        unsettled_.pop_back();
    }
}

void record_flusher::at_end_of_turn() {
    if (records_ != nullptr) records_->flush();
    if (log_ == nullptr) return;
    if (!log_->commit()) take_back_replies();
    unsettled_.clear();
}

/// From the last to the first, for their places count from the front.
void record_flusher::take_back_replies() {
    const auto error = log_->regret();
    for (auto place = unsettled_.rbegin(); place != unsettled_.rend(); ++place) {
        if (auto* const client = clients_.find(place->client))
            client->replace_reply(place->begin, place->size, error);
    }
}

}  // namespace backend
