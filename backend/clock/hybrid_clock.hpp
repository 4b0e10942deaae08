// Gives versions: each newer than every version given or seen before. One for the whole backend,
// used by all its workers at once (lock-free).
#pragma once

#include "backend/clock/version.hpp"

#include <algorithm>
#include <atomic>

namespace backend {

class hybrid_clock {
  public:
    /// Requires: `side` is 0 or 1.
    explicit hybrid_clock(unsigned side) noexcept : side_(side) {}

    /// Takes the side that the two partners agree on: the other one is the partner's.
    void take_side(unsigned side) noexcept { side_.store(side, std::memory_order_relaxed); }

    /// A version newer than all before. A clock that stepped back only makes the counter run on; a
    /// counter that is full runs into the next millisecond. Requires: `now` is not negative.
    version next(shared::unix_ms now) noexcept {
        return advance([now](version last) { return std::max(last + step, version_at(now)); }) |
               side();
    }

    /// Takes note of a version of the partner's, so that `next` is newer than it.
    void observe(version seen) noexcept {
        const version sideless = seen & ~side_bit;
        if (last_.load(std::memory_order_relaxed) >= sideless) return;
        advance([sideless](version last) { return std::max(last, sideless); });
    }

    /// Every version given or seen so far is this or older; without a side.
    version newest() const noexcept { return last_.load(std::memory_order_relaxed); }

    unsigned side() const noexcept { return side_.load(std::memory_order_relaxed); }

  private:
    static constexpr version side_bit = 1;
    static constexpr version step = 2;  // one more in the counter, which stands above the side

    // Relaxed is enough: versions order themselves by their numbers, and what they stamp is
    // published by the lock of its shard.
    template <typename Successor>
    version advance(Successor successor) noexcept {
        version last = last_.load(std::memory_order_relaxed);
        version given = successor(last);
        while (!last_.compare_exchange_weak(last, given, std::memory_order_relaxed)) {
            given = successor(last);
        }
        return given;
    }

    std::atomic<version> last_{0};  // without the side
    std::atomic<unsigned> side_;
};

}  // namespace backend
