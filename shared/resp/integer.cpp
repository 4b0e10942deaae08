#include "shared/resp/integer.hpp"

#include <charconv>

namespace shared {

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.starts_with('0') && text.size() != 1) return std::nullopt;
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace shared
