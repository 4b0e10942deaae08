// Gives versions: each newer than every version given or seen before. One for the whole backend, used by all its
// workers at once (lock-free).
#pragma once

#include <atomic>

#include "backend/clock/version.hpp"

namespace backend {

class hybrid_clock {
  public:
    /// Requires: `side` is 0 or 1, and the partner's is the other one.
    explicit hybrid_clock(unsigned side) noexcept : side_(side) {}

    /// A version newer than all before. A clock that stepped back only makes the counter run on.
    version next(shared::unix_ms now) noexcept;

    /// Takes note of a version of the partner's, so that `next` is newer than it.
    void observe(version seen) noexcept;

    unsigned side() const noexcept { return side_; }

  private:
    std::atomic<version> last_{0};  // without the side
    unsigned side_;
};

}  // namespace backend
