#include "shared/base/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace shared {
namespace {

constexpr std::size_t longest_host = 253;  // of a name in the DNS

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_character(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '.' || c == '-' || c == '_';
}

bool is_name_or_ipv4(const std::string& host) {
    if (host.empty() || host.size() > longest_host) return false;
    if (!std::all_of(host.begin(), host.end(), is_name_character)) return false;
    const bool numeric =
        std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
    in_addr parsed{};
    return !numeric || inet_pton(AF_INET, host.c_str(), &parsed) == 1;
}

/// Requires: `host` has no brackets. A scope such as "%eth0" may follow the address.
bool is_ipv6(const std::string& host) {
    if (host.find('\0') != std::string::npos) return false;  // inet_pton would stop there
    const auto percent = host.find('%');
    if (percent != std::string::npos) {
        const bool plain = std::all_of(host.begin() + static_cast<std::ptrdiff_t>(percent) + 1,
                                       host.end(), is_name_character);
        if (!plain || percent + 1 == host.size()) return false;
    }
    in6_addr parsed{};
    return inet_pton(AF_INET6, host.substr(0, percent).c_str(), &parsed) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, port);
    if (error != std::errc{} || end != last) return std::nullopt;
    return port;
}

}  // namespace

result<address> parse_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return errc::invalid_address;
    const auto port = parse_port(text.substr(colon + 1));
    std::string host(text.substr(0, colon));
    if (!port) return errc::invalid_address;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (!is_ipv6(host)) return errc::invalid_address;
    } else if (!is_name_or_ipv4(host)) {
        return errc::invalid_address;
    }
    return address{std::move(host), *port};
}

std::string to_string(const address& where) {
    const bool ipv6 = where.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

}  // namespace shared
