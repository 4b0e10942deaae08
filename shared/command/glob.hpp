// Redis's glob patterns: * ? [a-c] [^a] and \ before a byte to be taken as it is. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace shared {

/// Bytes of a pattern that a client may send. The patterns of `glob_matches` may be longer.
inline constexpr std::size_t longest_pattern = 1024;
inline constexpr std::string_view pattern_too_long = "ERR the pattern is longer than 1024 bytes";

inline bool any_pattern_too_long(std::span<const std::string_view> patterns) noexcept {
    return std::any_of(patterns.begin(), patterns.end(),
                       [](std::string_view one) { return one.size() > longest_pattern; });
}

/// Whether 'a' and 'A' are the same: in names of commands and parameters, not in keys and channels.
enum class letter_case : bool { ignored, matters };

/// True if `pattern` matches the whole of `text`. Whatever they are, the steps are no more than a
/// few for each byte of `text`, 256 for each of `pattern`, and one for each byte of `text` and each
/// 64 of `pattern`. Allocates only where the first of these do not decide.
bool glob_matches(std::string_view pattern, std::string_view text,
                  letter_case letters = letter_case::ignored);

}  // namespace shared
