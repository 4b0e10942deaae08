#include "proxy/routing/scan_cursor.hpp"

#include "shared/base/text.hpp"

namespace proxy {

std::optional<std::uint64_t> join_cursor(const scan_position& at, std::size_t backends) noexcept {
    std::uint64_t joined = 0;
    if (__builtin_mul_overflow(at.cursor, std::uint64_t{backends}, &joined) ||
        __builtin_add_overflow(joined, std::uint64_t{at.backend}, &joined))
        return std::nullopt;
    return joined;
}

scan_position split_cursor(std::uint64_t cursor, std::size_t backends) noexcept {
    return {static_cast<std::size_t>(cursor % backends), cursor / backends};
}

std::optional<std::uint64_t> parse_cursor(std::string_view text) noexcept {
    return shared::parse_unsigned(text);
}

}  // namespace proxy
