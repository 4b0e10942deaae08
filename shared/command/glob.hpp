// Redis's glob patterns: * ? [a-c] [^a] and \ before a byte to be taken as it is. Pure.
#pragma once

#include <string_view>

namespace shared {

/// True if `pattern` matches the whole of `text`, ASCII letters in either case being the same.
/// Needs time in proportion to pattern × text at the most, whatever the pattern.
bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

}  // namespace shared
