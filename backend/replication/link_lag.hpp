// How far the partner is behind: what has been queued for it, and which of it it has acknowledged,
// by the marks between. Pure: time is an argument. Owned by the link_sender, which writes it; any
// thread may read.
#pragma once

#include "backend/clock/version.hpp"
#include "shared/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace backend {

/// What has been queued so far, ever.
struct queued_total {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
};

struct lag_reading {
    std::uint64_t records;             // queued and not acknowledged, marks among them
    std::uint64_t bytes;               // the same
    std::chrono::microseconds time;    // since the oldest mark that is not answered; 0: all are
    std::chrono::microseconds answer;  // what the last answer took
};

class link_lag {
  public:
    /// A link is open, and `now` is queued. What was queued before is of interest only if it is
    /// sent over this link, `resumed`.
    void on_opened(const queued_total& now, bool resumed);

    /// A mark was queued; `total` is all up to it. Marks rise.
    void on_marked(version mark, const queued_total& total, shared::steady_time now);

    /// What was queued up to that mark; nothing if it is none of this link's.
    std::optional<queued_total> on_seen(version mark, shared::steady_time now);

    lag_reading read(const queued_total& total, shared::steady_time now) const;

  private:
    struct sent_mark {
        version stamp;
        queued_total total;
        shared::steady_time at;
    };

    mutable std::mutex mutex_;
    std::deque<sent_mark> unanswered_;
    queued_total acknowledged_;
    std::chrono::microseconds answer_{0};
};

}  // namespace backend
