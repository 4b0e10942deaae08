#include "proxy/routing/command_table.hpp"

#include "shared/command/command_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proxy {
namespace {

using shared::command_id;
using shared::command_spec;

constexpr std::array<std::pair<command_id, route>, 13> special_routes{{
    {command_id::mget, route::split_values},
    {command_id::del, route::split_sum},
    {command_id::unlink, route::split_sum},
    {command_id::exists, route::split_sum},
    {command_id::touch, route::split_sum},
    {command_id::mset, route::split_ok},
    {command_id::dbsize, route::everywhere_sum},
    {command_id::flushall, route::everywhere_ok},
    {command_id::flushdb, route::everywhere_ok},
    {command_id::script_load, route::everywhere_same},
    {command_id::script_flush, route::everywhere_ok},
    {command_id::randomkey, route::everywhere_any},
    {command_id::keys, route::everywhere_list},
}};

/// These have keys, but block their connection, which all clients share, bind it, or take keys out
/// of the pool. What has no keys and no special route is refused anyway.
constexpr std::array<command_id, 17> refused_with_keys{
    command_id::blmove,     command_id::blmpop,       command_id::blpop,
    command_id::brpop,      command_id::brpoplpush,   command_id::bzmpop,
    command_id::bzpopmax,   command_id::bzpopmin,     command_id::watch,
    command_id::ssubscribe, command_id::sunsubscribe, command_id::spublish,
    command_id::move,       command_id::migrate,      command_id::restore_asking,
    command_id::pfdebug,    command_id::partner,
};

constexpr route usual_route(const command_spec& spec) noexcept {
    if (spec.id == command_id::scan) return route::walk;
    for (const auto& [id, path] : special_routes) {
        if (id == spec.id) return path;
    }
    for (const auto id : refused_with_keys) {
        if (id == spec.id) return route::refused;
    }
    if (spec.has(shared::connection)) return route::locally;
    if (spec.has(shared::container)) return route::by_subcommand;
    if (spec.keys != shared::key_finder::positions) return route::to_keys;
    if (spec.first_key == 0) return route::refused;
    return spec.first_key == spec.last_key ? route::to_key : route::to_keys;
}

constexpr auto routes = [] {
    std::array<route, static_cast<std::size_t>(command_id::count)> table{};
    for (const auto& spec : shared::command_list) {
        table[static_cast<std::size_t>(spec.id)] = usual_route(spec);
    }
    for (const auto& spec : shared::subcommand_list) {
        table[static_cast<std::size_t>(spec.id)] = usual_route(spec);
    }
    return table;
}();

/// Where the options of an idempotent command begin, of which some make it one that is not. Of
/// ZADD and GEOADD a member that is called NX counts as one, which errs on the safe side.
constexpr std::array<std::pair<command_id, std::size_t>, 7> conditional{{
    {command_id::set, 3},
    {command_id::expire, 3},
    {command_id::pexpire, 3},
    {command_id::expireat, 3},
    {command_id::pexpireat, 3},
    {command_id::zadd, 2},
    {command_id::geoadd, 2},
}};

constexpr auto first_options = [] {
    std::array<std::uint8_t, static_cast<std::size_t>(command_id::count)> table{};
    for (const auto& [id, first] : conditional) {
        table[static_cast<std::size_t>(id)] = static_cast<std::uint8_t>(first);
    }
    return table;
}();

/// IFEQ is Valkey's 8.1, it and the other three are Redis's 8.4.
constexpr std::array<std::string_view, 11> conditions{
    "nx", "xx", "get", "gt", "lt", "ch", "incr", "ifeq", "ifne", "ifdeq", "ifdne",
};

bool is_condition(std::string_view option) noexcept {
    return std::any_of(conditions.begin(), conditions.end(),
                       [option](auto one) { return shared::same_word(option, one); });
}

std::string quoted(const command_spec& spec) {
    return "'" + std::string(spec.name) + "'";
}

}  // namespace

route route_of(const command_spec& spec) noexcept {
    return routes[static_cast<std::size_t>(spec.id)];
}

bool is_idempotent(const command_spec& spec, std::span<const std::string_view> words) noexcept {
    if (!spec.has(shared::idempotent)) return false;
    const std::size_t first = first_options[static_cast<std::size_t>(spec.id)];
    if (first == 0 || first >= words.size()) return true;
    // With a condition or GET, the second application would answer otherwise than the first.
    const auto options = words.subspan(first);
    return std::none_of(options.begin(), options.end(), is_condition);
}

std::string refusal_text(const command_spec& spec) {
    return "ERR " + quoted(spec) + " is not supported through the proxy";
}

std::string unroutable_text(const command_spec& spec, shared::key_search why) {
    switch (why) {
        case shared::key_search::none:
            return "ERR " + quoted(spec) + " without keys is not supported through the proxy";
        case shared::key_search::elsewhere:
            return "ERR " + quoted(spec) +
                   " with BY or GET of other keys is not supported through the proxy";
        case shared::key_search::blocking:
            return "ERR " + quoted(spec) + " with BLOCK is not supported through the proxy";
        default:
            return spec.keys == shared::key_finder::positions ? shared::wrong_arity_error(spec.name)
                                                              : "ERR syntax error";
    }
}

std::string apart_text(const command_spec& spec) {
    return "ERR the keys of " + quoted(spec) +
           " lie on different backends: give them a common hash tag";
}

std::string varies_text(const command_spec& spec) {
    return refusal_text(spec) +
           " where every pair holds every key: it may do something else on each of them";
}

std::string keys_off_text(const command_spec& spec) {
    return "ERR " + quoted(spec) +
           " is off, for it takes all keys at once: use SCAN, or allow_keys = true in the pool";
}

}  // namespace proxy
