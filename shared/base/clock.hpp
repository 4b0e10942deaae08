// The two kinds of time. Pure parts take them as arguments and never ask for them.
#pragma once

#include <chrono>
#include <cstdint>

namespace shared {

/// Time for deadlines and intervals: monotonic, meaningless outside of this process.
using steady_time = std::chrono::steady_clock::time_point;

/// Time for expiry and versions: milliseconds since the Unix epoch. Signed, as Redis's `mstime_t`.
using unix_ms = std::int64_t;

inline steady_time steady_now() noexcept {
    return std::chrono::steady_clock::now();
}

/// The same in microseconds, where how long something took is asked for besides.
using unix_us = std::int64_t;

inline unix_us unix_now_us() noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

inline unix_ms unix_now() noexcept {
    return unix_now_us() / 1000;
}

/// One instant on both clocks.
struct moment {
    steady_time steady;
    unix_ms unix;
};

inline moment moment_now() noexcept {
    return {steady_now(), unix_now()};
}

}  // namespace shared
