#include "shared/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace shared {

std::optional<std::uint64_t> parse_unsigned(std::string_view text) noexcept {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc() || stop != end) return std::nullopt;
    return number;
}

std::string_view take_until(std::string_view& text, char end) noexcept {
    const auto size = std::min(text.find(end), text.size());
    const auto taken = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return taken;
}

}  // namespace shared
