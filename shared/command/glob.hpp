// Redis's glob patterns: * ? [a-c] [^a] and \ before a byte to be taken as it is. Pure.
#pragma once

#include <string_view>

namespace shared {

/// Whether 'a' and 'A' are the same: in names of commands and parameters, not in keys and channels.
enum class letter_case : bool { ignored, matters };

/// True if `pattern` matches the whole of `text`. Needs time in proportion to pattern × text at the
/// most, whatever the pattern.
bool glob_matches(std::string_view pattern, std::string_view text,
                  letter_case letters = letter_case::ignored) noexcept;

}  // namespace shared
