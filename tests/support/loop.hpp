// Waiting in tests: a loop runs until something has come true, and never longer than a deadline.
#pragma once

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>

namespace support {

inline constexpr std::chrono::seconds usual_limit{10};

/// Runs `loop` in this thread until `predicate()` holds. False if it does not within `limit`.
template <typename Predicate>
bool run_until(boost::asio::io_context& loop, Predicate&& predicate,
               std::chrono::steady_clock::duration limit = usual_limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!predicate()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds(2));
    }
    return true;
}

/// Runs `loop` until nothing has happened for `quiet`, so that what must not happen had its chance.
/// Ends though timers go on forever.
inline void run_dry(boost::asio::io_context& loop,
                    std::chrono::milliseconds quiet = std::chrono::milliseconds(5)) {
    const auto deadline =
        std::chrono::steady_clock::now() + std::max(quiet, std::chrono::milliseconds(300));
    do {
        loop.restart();
    } while (loop.run_one_for(quiet) != 0 && std::chrono::steady_clock::now() < deadline);
}

}  // namespace support
