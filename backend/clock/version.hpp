// The version on every entry and every effect. "Newer" is a plain comparison of numbers.
//
//   bit 63                    21 20           1 0
//      ┌────────────────────────┬──────────────┬─┐
//      │ milliseconds, 43 bits  │ counter, 20  │s│   s: side of the pair, 0 or 1
//      └────────────────────────┴──────────────┴─┘
//
// A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", OPODIS 2014): the
// milliseconds are Unix time unless a newer version has been seen; 43 bits last until the year
// 2248. The side keeps the two partners' versions apart.
//
// Writes of one side, and writes of which one side knew the other's, are in order always. Two that
// knew nothing of each other are ordered by the clocks to the millisecond; within one it is their
// counters that decide, the same way on both sides.
#pragma once

#include "shared/base/clock.hpp"

#include <cstdint>

namespace backend {

using version = std::uint64_t;

inline constexpr int version_counter_bits = 20;
inline constexpr int version_time_shift = version_counter_bits + 1;

/// The lowest version of a millisecond on either side.
constexpr version version_at(shared::unix_ms time) noexcept {
    return static_cast<version>(time) << version_time_shift;
}

constexpr shared::unix_ms time_of(version stamp) noexcept {
    return static_cast<shared::unix_ms>(stamp >> version_time_shift);
}

/// How far somebody has come with what somebody else has written.
struct progress {
    version seen = 0;       // everything up to there has been applied; 0: nothing is known
    std::uint64_t run = 0;  // the writer's life of which that was seen (handshake.hpp); 0: unknown

    friend bool operator==(const progress&, const progress&) = default;
};

/// The lowest version so many milliseconds before that one's.
constexpr version earlier(version stamp, std::int64_t milliseconds) noexcept {
    const auto time = time_of(stamp);
    return time > milliseconds ? version_at(time - milliseconds) : 0;
}

/// Versions are given before their records are queued, so a record may follow a mark of a version
/// that is newer by so much, and by far less as a rule.
inline constexpr std::int64_t queueing_margin_ms = 10'000;

}  // namespace backend
