// What is known of every command, as data: name, number of arguments, flags, where its keys are.
// Proxy and backend add to it what each of them does with a command. Pure and constant.
// Source of the figures: `COMMAND INFO` of Redis 7.0.
#pragma once

#include "shared/command/command_id.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shared {

/// Flags of a command, by the names that COMMAND INFO gives them.
enum command_flag : std::uint16_t {
    writes = 1,       // "write": changes data
    reads = 2,        // "readonly": reads data
    grows = 4,        // "denyoom": may need memory
    fast = 8,         // "fast": constant time
    admin = 16,       // "admin"
    connection = 32,  // not Redis's: about the connection and the program; each program answers it
    idempotent = 64,  // not Redis's: applying it twice leaves what applying it once does
    varies = 128,     // not Redis's: on two copies of the data it may do two things (chance, clock)
    container = 256,  // not Redis's: its subcommands have specifications of their own
    hidden = 512,     // not Redis's: left out of what COMMAND tells
};

/// How the keys of a request are found (see find_keys).
enum class key_finder : std::uint8_t {
    positions,       // by first_key, last_key and step alone
    numkeys_first,   // their number is word 1, they follow
    numkeys_second,  // their number is word 2, they follow; first_key, if any, is the destination
    streams,         // behind STREAMS, as many as identifiers after them
    sort,            // word 1, and what STORE names
    georadius,       // word 1, and what STORE or STOREDIST names
};

/// What becomes of a RESP2 reply for a client that speaks RESP3. Types that do not fit are left.
enum class reply_shape : std::uint8_t {
    as_is,
    map,            // [field, value, …]
    map_of_pairs,   // [[field, value], …]
    array_of_maps,  // [[field, value, …], …]
    set,
    doubles,       // one or an array of them, however deep
    scored,        // with WITHSCORES, [member, score, …] become pairs
    valued,        // with WITHVALUES, [field, value, …] become pairs
    popped,        // [member, score]; with a count, pairs of them
    popped_pairs,  // [[member, score], …], within `popped_of`
    located,       // [[member, …, [longitude, latitude]], …]: the innermost are doubles
    located_item,  // one of them
    popped_of,     // [key, [[member, score], …]]
};

struct command_spec {
    std::string_view name;  // lower case; of a subcommand "object|freq"
    command_id id;
    std::int8_t arity;      // words with the name; negative: at least so many
    std::uint16_t flags;    // of command_flag
    std::int8_t first_key;  // index of the first key; 0: none is at a fixed place
    std::int8_t last_key;   // negative: counted from the end
    std::int8_t step;       // distance from key to key
    key_finder keys = key_finder::positions;
    reply_shape reply = reply_shape::as_is;

    constexpr bool has(command_flag flag) const noexcept { return (flags & flag) != 0; }
};

/// All commands, ordered by `command_id`; without their subcommands.
std::span<const command_spec> all_commands() noexcept;

/// The command of that name, in letters of either case; null if there is none.
const command_spec* find_command(std::string_view name) noexcept;

/// The command that a request is about, for "OBJECT FREQ k" the subcommand; null if there is none
/// or the request has too few or too many words for it. Requires: `words` is not empty.
const command_spec* find_request(std::span<const std::string_view> words) noexcept;

/// Redis's error text for a request that `find_request` knows nothing of.
std::string request_error(std::span<const std::string_view> words);

/// True if a request of `words` words (the name counts) has as many as the command takes.
bool arity_fits(const command_spec& spec, std::size_t words) noexcept;

/// Bytes of a client's word that an error quotes at most.
inline constexpr std::size_t longest_echo = 128;

/// Redis's error texts, without the leading '-'.
std::string unknown_command_error(std::span<const std::string_view> words);
std::string wrong_arity_error(std::string_view name);
std::string unknown_subcommand_error(std::string_view subcommand, std::string_view command);

/// True if both are the same but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b) noexcept;

}  // namespace shared
