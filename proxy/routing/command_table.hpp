// How the proxy serves each command, as data. Pure and constant.
#pragma once

#include "shared/command/keys.hpp"
#include "shared/command/spec.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace proxy {

enum class route : std::uint8_t {
    locally,          // the proxy answers: it is about the connection
    to_key,           // to the backend of its one key, at first_key
    to_keys,          // to the backend that all its keys have in common
    split_values,     // keys to their backends, values gathered in the keys' order
    split_sum,        // keys to their backends, integers added up
    split_ok,         // keys and values to their backends, +OK if all say so
    everywhere_sum,   // one of each pair, integers added up
    everywhere_ok,    // one of each pair, +OK if all say so
    everywhere_same,  // one of each pair, which all answer alike: one good reply is enough
    everywhere_any,   // one of each pair, one of the replies that hold a value
    everywhere_list,  // one of each pair, arrays joined; only if the pool allows it
    walk,             // one pair after the other: SCAN
    by_subcommand,    // each subcommand has a route of its own
    refused,          // has no meaning through a proxy, or none that is safe
};

route route_of(const shared::command_spec& spec) noexcept;

/// True if every pair takes part in the command.
constexpr bool goes_everywhere(route path) noexcept {
    return path >= route::everywhere_sum && path <= route::everywhere_list;
}

/// True if sending the request once more does no harm when it is not known whether it was applied:
/// the data is the same afterwards. The reply of DEL or PERSIST then tells of the second
/// application.
bool is_idempotent(const shared::command_spec& spec,
                   std::span<const std::string_view> words) noexcept;

/// The errors of commands that can't be served, without the leading '-'.
std::string refusal_text(const shared::command_spec& spec);
std::string unroutable_text(const shared::command_spec& spec, shared::key_search why);
std::string apart_text(const shared::command_spec& spec);
std::string varies_text(const shared::command_spec& spec);
std::string keys_off_text(const shared::command_spec& spec);

}  // namespace proxy
