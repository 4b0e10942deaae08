#include "shared/command/glob.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shared {
namespace {

constexpr std::size_t free_steps = 16384;  // fewer than making an automaton takes

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

/// Steps that `match_item` takes at the most.
std::size_t cost_of_item(std::string_view pattern) noexcept {
    return pattern.starts_with('[') ? pattern.size() : 1;
}

/// The bytes of the item, not a '*', that `pattern` begins with, whatever it matches.
std::size_t item_size(std::string_view pattern) noexcept {
    if (pattern.front() == '\\') return std::min<std::size_t>(pattern.size(), 2);
    if (pattern.front() != '[') return 1;
    std::size_t at = pattern.starts_with("[^") ? 2 : 1;
    while (at < pattern.size() && pattern[at] != ']') {
        const std::size_t left = pattern.size() - at;
        const bool escaped = pattern[at] == '\\' && left >= 2;
        if (escaped) ++at;
        at += !escaped && left >= 3 && pattern[at + 1] == '-' ? 3 : 1;
    }
    return std::min(at + 1, pattern.size());
}

/// A pattern as a nondeterministic automaton whose states are the bits of words: state n is "the
/// first n items have matched", and a '*' lets its state stay (Baeza-Yates and Gonnet, "A new
/// approach to text searching", CACM 1992; Wu and Manber, "Fast text searching allowing errors",
/// CACM 1992, for the stars). One byte of text is one shift of all the words.
class automaton {
  public:
    automaton(std::string_view pattern, letter_case letters) {
        const std::size_t most = pattern.size() + 1;
        words_ = most / 64 + 1;
        stays_.assign(words_, 0);
        moves_.assign(256 * words_, 0);
        while (!pattern.empty()) {
            if (pattern.front() == '*') {
                set(stays_.data(), items_);
                pattern.remove_prefix(1);
                continue;
            }
            for (std::size_t c = 0; c < 256; ++c) {
                if (match_item(pattern, static_cast<char>(c), letters) != 0)
                    set(&moves_[c * words_], items_);
            }
            pattern.remove_prefix(item_size(pattern));
            ++items_;
        }
    }

    bool accepts(std::string_view text) const {
        std::vector<std::uint64_t> states(words_, 0);
        set(states.data(), 0);
        for (const char c : text) {
            const auto* const moves = &moves_[static_cast<unsigned char>(c) * words_];
            std::uint64_t carried = 0;
            for (std::size_t i = 0; i < words_; ++i) {
                const std::uint64_t moved = states[i] & moves[i];
                states[i] = moved << 1U | carried | (states[i] & stays_[i]);
                carried = moved >> 63U;
            }
        }
        return (states[items_ / 64] >> (items_ % 64) & 1U) != 0;
    }

  private:
    static void set(std::uint64_t* words, std::size_t bit) noexcept {
        words[bit / 64] |= 1ULL << (bit % 64);
    }

    std::size_t items_ = 0;
    std::size_t words_;
    std::vector<std::uint64_t> stays_;  // states before a '*'
    std::vector<std::uint64_t> moves_;  // for each byte: states whose next item matches it
};

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text, letter_case letters) {
    // What is beyond this has looked at the same text again and again.
    std::size_t steps_left = free_steps + 4 * text.size();
    std::size_t at = 0;
    std::size_t behind_star = std::string_view::npos;
    std::size_t star_end = 0;  // the last '*' stands for the text up to here
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t cost = cost_of_item(pattern.substr(at));
        if (steps_left < cost) return automaton(pattern, letters).accepts(text);
        steps_left -= cost;
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
