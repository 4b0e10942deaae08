// Where a program listens or connects: a host and a port, as written in a configuration.
// Values; any thread. Names are not looked up here.
#pragma once

#include "shared/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace shared {

struct address {
    std::string host;        // IPv4, IPv6 without its brackets, or a name
    std::uint16_t port = 0;  // 0: any free port, of use to a listener alone

    friend bool operator==(const address&, const address&) = default;
};

/// Reads "127.0.0.1:7379", "[::1]:7379" or "localhost:7379".
/// Errors: `errc::invalid_address`; both parts are required, and an IPv6 host needs its brackets.
result<address> parse_address(std::string_view text);

/// The text that `parse_address` reads back as `where`.
std::string to_string(const address& where);

}  // namespace shared
