// Keeps a warning that a client or a broken backend can provoke from flooding the log.
// Pure; not thread-safe: one for each place and worker.
#pragma once

#include "shared/base/clock.hpp"

#include <cstdint>
#include <optional>

namespace shared {

using suppressed_count = std::uint64_t;

/// Admits at most so many events in each window. A window starts with the first event after the
/// one before has ended, so two windows' worth may come close together.
class rate_limiter {
  public:
    rate_limiter(std::uint32_t most, steady_time::duration window);

    /// Whether an event at `now` may pass: the number of those that were swallowed since the last
    /// one that passed, or nothing if this one is swallowed too. Requires: `now` never goes back.
    std::optional<suppressed_count> admit(steady_time now);

  private:
    std::uint32_t most_;
    steady_time::duration window_;
    std::optional<steady_time> window_start_;
    std::uint32_t admitted_ = 0;  // in this window
    suppressed_count suppressed_ = 0;
};

}  // namespace shared
