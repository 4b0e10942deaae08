// Whole numbers as Redis reads them from a request. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shared {

/// The number that `text` is the one decimal form of: no blanks, no '+', no leading zeros, no "-0".
/// Nothing for other text and for what does not fit into 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

}  // namespace shared
