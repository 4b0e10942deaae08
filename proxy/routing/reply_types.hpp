// Which types of reply a command can have, as data: a backend that answers with another one has
// lost count of its replies, or is no Redis, and nothing that it says can be trusted. Pure.
#pragma once

#include "shared/command/spec.hpp"

#include <cstdint>
#include <string_view>

namespace proxy {

/// A set of types: bits of `reply_type`.
using reply_types = std::uint8_t;

enum reply_type : std::uint8_t { status = 1, integer = 2, bulk = 4, array = 8 };

inline constexpr reply_types any_reply = status | integer | bulk | array;

/// The types that Redis's documentation gives for the command's replies in RESP2; `any_reply` where
/// it depends on more than the command.
reply_types types_of(const shared::command_spec& spec) noexcept;

/// Whether the reply is of one of these types. An error always may be. Requires: `reply` is not
/// empty.
constexpr bool has_type(std::string_view reply, reply_types types) noexcept {
    switch (reply.front()) {
        case '+':
            return (types & status) != 0;
        case ':':
            return (types & integer) != 0;
        case '$':
            return (types & bulk) != 0;
        case '*':
            return (types & array) != 0;
        default:
            return reply.front() == '-';
    }
}

}  // namespace proxy
