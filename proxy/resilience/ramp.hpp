// The slow start of a backend that has come back: the share of its keys that it serves grows
// evenly, in steps, from one of 64 to all. Pure. Owned by the board. (HAProxy's "slowstart",
// Configuration Manual, section 5.2, there of weights.)
#pragma once

#include "shared/base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace proxy {

/// A slice of a backend's keys; a share is a number of slices.
inline constexpr std::uint8_t all_slices = 64;

/// The slice that a key with this hash is in, below `all_slices`. Its home follows from the same
/// hash, so it is mixed once more.
constexpr std::uint8_t slice_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint8_t>((hash ^ hash >> 32U) * 0x9e3779b97f4a7c15ULL >> 58U);
}

class ramp {
  public:
    /// `length` of 0: no slow start.
    explicit ramp(std::chrono::microseconds length) noexcept : length_(length) {}

    /// The time runs from the next `share` on.
    void begin() noexcept {
        begun_.reset();
        active_ = length_.count() != 0;
    }
    void end() noexcept { active_ = false; }
    bool active() const noexcept { return active_; }

    /// How many slices it serves now; with all of them it has ended. Requires: active().
    std::uint8_t share(shared::steady_time now) noexcept {
        if (!begun_) begun_ = now;
        const auto steps = (now - *begun_) * all_slices / length_;
        const auto share = std::clamp<std::int64_t>(steps, 1, all_slices);
        active_ = share < all_slices;
        return static_cast<std::uint8_t>(share);
    }

  private:
    std::chrono::microseconds length_;
    std::optional<shared::steady_time> begun_;
    bool active_ = false;
};

}  // namespace proxy
