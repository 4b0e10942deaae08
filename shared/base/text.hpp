// Pieces of texts that programs write for each other: lines, words, numbers. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shared {

/// The number that the whole text is, in decimal digits alone; none if it is nothing of the kind or
/// does not fit.
std::optional<std::uint64_t> parse_unsigned(std::string_view text) noexcept;

/// What stands before the first `end`, or all if there is none; taken off `text` with that `end`.
std::string_view take_until(std::string_view& text, char end) noexcept;

}  // namespace shared
