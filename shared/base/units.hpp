// Sizes and durations as people write them in a configuration.
#pragma once

#include "shared/base/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace shared {

/// Bytes of "512", "512b", "64kb", "64mb", "1gb", "1tb" (factor 1024, letters in either case).
/// Errors: `errc::invalid_size` for anything else and for what does not fit into 64 bits.
result<std::uint64_t> parse_size(std::string_view text);

/// Duration of "250us", "250ms", "5s", "10m", "1h", "1d"; the unit is required.
/// Errors: `errc::invalid_duration`, also for more than 10,000 days.
result<std::chrono::microseconds> parse_duration(std::string_view text);

/// The shortest text that `parse_size` reads back as `bytes`: 65536 → "64kb", 1000 → "1000b".
std::string format_size(std::uint64_t bytes);

/// The shortest text that `parse_duration` reads back as `duration`: 1500ms → "1500ms", 1000ms →
/// "1s".
std::string format_duration(std::chrono::microseconds duration);

}  // namespace shared
