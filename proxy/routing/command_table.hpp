// How the proxy serves each command, as data. Pure and constant.
#pragma once

#include "shared/command/spec.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace proxy {

enum class route : std::uint8_t {
    locally,         // the proxy answers: it is about the connection
    to_key,          // to the backend of its one key
    split_values,    // keys to their backends, values gathered in the keys' order
    split_sum,       // keys to their backends, integers added up
    split_ok,        // keys and values to their backends, +OK if all say so
    everywhere_sum,  // one of each pair, integers added up
    everywhere_ok,   // one of each pair, +OK if all say so
    refused,         // has no meaning through a proxy
};

route route_of(const shared::command_spec& spec) noexcept;

/// True if every pair takes part in the command.
constexpr bool goes_everywhere(route path) noexcept {
    return path == route::everywhere_sum || path == route::everywhere_ok;
}

/// True if sending the request once more does no harm when it is not known whether it was applied:
/// the data is the same afterwards. The reply of DEL or PERSIST then tells of the second
/// application.
bool is_idempotent(const shared::command_spec& spec,
                   std::span<const std::string_view> words) noexcept;

}  // namespace proxy
