#include "shared/resp/reply_header.hpp"

#include "shared/resp/integer.hpp"

#include <algorithm>

namespace shared {
namespace {

constexpr reply_header malformed{.status = parse_status::malformed};

bool is_text(char type) noexcept {
    return type == '+' || type == '-';
}

bool in_limits(const reply_header& header, const reply_limits& limits) noexcept {
    if (header.type == '$')
        return header.number >= -1 && header.number <= static_cast<std::int64_t>(limits.value);
    if (header.type == '*')
        return header.number >= -1 && header.number <= static_cast<std::int64_t>(limits.items);
    return true;
}

}  // namespace

reply_header read_reply_header(std::string_view input, std::size_t searched,
                               const reply_limits& limits) noexcept {
    if (input.empty()) return {};
    const char type = input.front();
    if (std::string_view("+-:$*").find(type) == std::string_view::npos) return malformed;
    if (const auto quick = read_short_number(input.substr(1)); !is_text(type) && quick.size != 0) {
        const reply_header header{parse_status::complete, type, quick.number, quick.size + 1};
        return quick.size < limits.line && in_limits(header, limits) ? header : malformed;
    }
    const std::size_t newline = input.find('\n', searched);
    const std::size_t end = std::min(newline, input.size());
    if (end >= limits.line) return malformed;
    if (newline == std::string_view::npos) return {};
    if (end < 2 || input[end - 1] != '\r') return malformed;
    reply_header header{
        .status = parse_status::complete, .type = type, .number = 0, .size = end + 1};
    if (is_text(type)) return header;
    const auto number = parse_integer(input.substr(1, end - 2));
    if (!number) return malformed;
    header.number = *number;
    return in_limits(header, limits) ? header : malformed;
}

}  // namespace shared
