// The cursor of SCAN over several backends: which of them the scan is at, and its own cursor there,
// in one number. Pure.
//
//     cursor for the client = cursor of the backend * number of backends + index of the backend
//
// 0 begins a scan and ends one. A backend's cursor stays below the size of its table, a power of
// two, so there is room unless it has more than 2^64 / backends buckets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace proxy {

struct scan_position {
    std::size_t backend = 0;
    std::uint64_t cursor = 0;  // the backend's own

    friend bool operator==(const scan_position&, const scan_position&) = default;
};

/// Nothing if the number would not fit into 64 bits. Requires: `at.backend` < `backends`.
std::optional<std::uint64_t> join_cursor(const scan_position& at, std::size_t backends) noexcept;

/// Requires: `backends` > 0.
scan_position split_cursor(std::uint64_t cursor, std::size_t backends) noexcept;

/// The number that a cursor is written as: decimal digits alone. Nothing for other text and for
/// what does not fit into 64 bits.
std::optional<std::uint64_t> parse_cursor(std::string_view text) noexcept;

}  // namespace proxy
