#include "shared/command/glob.hpp"

#include <algorithm>
#include <cstddef>

namespace shared {
namespace {

unsigned char fold(char c, letter_case letters) noexcept {
    const bool folds = letters == letter_case::ignored && c >= 'A' && c <= 'Z';
    return static_cast<unsigned char>(folds ? c | 0x20 : c);
}

/// The bytes of the set that `pattern` begins with if `c` is in it, else 0. A set without ']' ends
/// with the pattern.
std::size_t match_set(std::string_view pattern, char c, letter_case letters) noexcept {
    const unsigned char wanted = fold(c, letters);
    std::size_t at = 1;
    const bool negated = at < pattern.size() && pattern[at] == '^';
    if (negated) ++at;
    bool found = false;
    while (at < pattern.size() && pattern[at] != ']') {
        const std::size_t left = pattern.size() - at;
        const bool escaped = pattern[at] == '\\' && left >= 2;
        if (escaped) ++at;
        if (!escaped && left >= 3 && pattern[at + 1] == '-') {
            const auto [low, high] =
                std::minmax({fold(pattern[at], letters), fold(pattern[at + 2], letters)});
            found |= low <= wanted && wanted <= high;
            at += 3;
        } else {
            found |= fold(pattern[at], letters) == wanted;
            ++at;
        }
    }
    return found == negated ? 0 : std::min(at + 1, pattern.size());
}

/// The bytes of the item that `pattern` begins with, not a '*', if it matches `c`, else 0.
std::size_t match_item(std::string_view pattern, char c, letter_case letters) noexcept {
    switch (pattern.front()) {
        case '?':
            return 1;
        case '[':
            return match_set(pattern, c, letters);
        case '\\':
            if (pattern.size() >= 2) return fold(pattern[1], letters) == fold(c, letters) ? 2 : 0;
            [[fallthrough]];
        default:
            return fold(pattern.front(), letters) == fold(c, letters) ? 1 : 0;
    }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text, letter_case letters) noexcept {
    std::size_t at = 0;
    std::size_t behind_star = std::string_view::npos;
    std::size_t star_end = 0;  // the last '*' stands for the text up to here
    for (std::size_t i = 0; i < text.size();) {
        if (at < pattern.size() && pattern[at] == '*') {
            behind_star = ++at;
            star_end = i;
            continue;
        }
        const std::size_t taken =
            at < pattern.size() ? match_item(pattern.substr(at), text[i], letters) : 0;
        if (taken != 0) {
            at += taken;
            ++i;
        } else if (behind_star != std::string_view::npos) {
            // Only the last '*' ever needs to take more: what stands before it has found its
            // shortest match.
            at = behind_star;
            i = ++star_end;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace shared
