// Refuses versions that no partner with a right clock can have given: their time lies further ahead
// of ours than two clocks may differ. Taking one would drag our own clock along and, in a flush,
// hide all that is written until then. One for the whole backend; any thread may call it.
#pragma once

#include "backend/clock/version.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace backend {

class clock_guard {
  public:
    explicit clock_guard(std::chrono::milliseconds most) noexcept : most_(most) {}

    /// `now`: our time. What counts is the latest that it ever was: when our clock steps back, the
    /// versions that both sides have given until then must not look like the future.
    bool refuses(version stamp, shared::unix_ms now) noexcept {
        auto latest = latest_.load(std::memory_order_relaxed);
        while (latest < now &&
               !latest_.compare_exchange_weak(latest, now, std::memory_order_relaxed)) {
        }
        return time_of(stamp) > std::max(latest, now) + most_.count();
    }

    std::chrono::milliseconds most() const noexcept { return most_; }

  private:
    std::chrono::milliseconds most_;
    std::atomic<shared::unix_ms> latest_{0};
};

}  // namespace backend
