#include "backend/replication/link_lag.hpp"

#include <algorithm>

namespace backend {
namespace {

std::chrono::microseconds between(shared::steady_time begin, shared::steady_time end) noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(end - begin);
}

}  // namespace

void link_lag::on_opened(const queued_total& now, bool resumed) {
    const std::lock_guard lock(mutex_);
    unanswered_.clear();
    if (!resumed) acknowledged_ = now;
}

void link_lag::on_marked(version mark, const queued_total& total, shared::steady_time now) {
    const std::lock_guard lock(mutex_);
    unanswered_.push_back({mark, total, now});
}

std::optional<queued_total> link_lag::on_seen(version mark, shared::steady_time now) {
    const std::lock_guard lock(mutex_);
    std::optional<queued_total> total;
    while (!unanswered_.empty() && unanswered_.front().stamp <= mark) {
        total = acknowledged_ = unanswered_.front().total;
        answer_ = between(unanswered_.front().at, now);
        unanswered_.pop_front();
    }
    return total;
}

lag_reading link_lag::read(const queued_total& total, shared::steady_time now) const {
    const std::lock_guard lock(mutex_);
    // `total` may be of a moment ago, and a later mark answered since.
    return {.records = total.records - std::min(total.records, acknowledged_.records),
            .bytes = total.bytes - std::min(total.bytes, acknowledged_.bytes),
            .time = unanswered_.empty() ? std::chrono::microseconds(0)
                                        : between(unanswered_.front().at, now),
            .answer = answer_};
}

}  // namespace backend
