// Whole numbers as Redis reads them from a request. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace shared {

/// The number that `text` is the one decimal form of: no blanks, no '+', no leading zeros, no "-0".
/// Nothing for other text and for what does not fit into 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

/// A number and its line's bytes, with the end; `size` 0: none was read.
struct number_line {
    std::int64_t number = 0;
    std::size_t size = 0;
};

/// Reads a line that is a number of up to nine digits, as nearly all lengths are: in one pass and
/// without a search for the line's end. Nothing for anything else, which is left to parse_integer.
constexpr number_line read_short_number(std::string_view input) noexcept {
    constexpr std::size_t most_digits = 9;
    std::size_t digits = 0;
    std::int64_t number = 0;
    const std::size_t most = input.size() < most_digits ? input.size() : most_digits;
    while (digits < most && input[digits] >= '0' && input[digits] <= '9') {
        number = 10 * number + (input[digits++] - '0');
    }
    const bool one_form = digits == 1 || (digits != 0 && input.front() != '0');
    if (!one_form || input.size() < digits + 2) return {};
    if (input[digits] != '\r' || input[digits + 1] != '\n') return {};
    return {number, digits + 2};
}

/// A bulk that is there whole: bytes of its first line and of its value. `line` 0: none was read.
struct bulk_extent {
    std::size_t line = 0;
    std::size_t value = 0;

    constexpr std::size_t size() const noexcept { return line + value + 2; }
};

/// What read_whole_bulk does, for a length of any number of digits.
[[gnu::noinline]] constexpr bulk_extent read_whole_bulk_of_any_size(
    std::string_view input) noexcept {
    if (!input.starts_with('$')) return {};
    const auto length = read_short_number(input.substr(1));
    if (length.size == 0) return {};
    const bulk_extent bulk{1 + length.size, static_cast<std::size_t>(length.number)};
    if (input.size() < bulk.size()) return {};
    const auto end = input.substr(bulk.size() - 2, 2);
    return end[0] == '\r' && end[1] == '\n' ? bulk : bulk_extent{};
}

/// Measures the bulk at the front of `input`: keys and values, as they come as a rule, in one step.
/// Nothing for anything else, be it incomplete, null or wrong, which is left to the parsers.
constexpr bulk_extent read_whole_bulk(std::string_view input) noexcept {
    constexpr std::size_t line = 5;  // of two digits, as of most keys and many values: no loop
    const char* const at = input.data();
    if (input.size() < line || at[0] != '$' || at[1] < '1' || at[1] > '9' || at[2] < '0' ||
        at[2] > '9' || at[3] != '\r' || at[4] != '\n')
        return read_whole_bulk_of_any_size(input);
    const std::size_t value =
        10 * static_cast<std::size_t>(at[1] - '0') + static_cast<std::size_t>(at[2] - '0');
    if (input.size() < line + value + 2) return {};
    const char* const end = at + line + value;
    return end[0] == '\r' && end[1] == '\n' ? bulk_extent{line, value} : bulk_extent{};
}

}  // namespace shared
