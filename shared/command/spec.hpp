// What is known of every command, as data: name, number of arguments, flags, where its keys are.
// Proxy and backend add to it what each of them does with a command. Pure and constant.
// Source of the figures: `COMMAND INFO` of Redis 7.0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shared {

enum class command_id : std::uint8_t {
    ping,
    echo,
    quit,
    hello,
    auth,
    select,
    client,
    command,
    info,
    config,
    get,
    set,
    del,
    exists,
    mget,
    mset,
    incr,
    decr,
    incrby,
    decrby,
    expire,
    ttl,
    pttl,
    persist,
    dbsize,
    flushall,
    partner,
    proxy,
    post,
    host,
    count
};

/// Flags of a command, by the names that COMMAND INFO gives them.
enum command_flag : std::uint8_t {
    writes = 1,       // "write": changes data
    reads = 2,        // "readonly": reads data
    grows = 4,        // "denyoom": may need memory
    fast = 8,         // "fast": constant time
    connection = 16,  // "connection": about this connection alone, has no keys
    admin = 32,       // "admin"
    idempotent = 64,  // not Redis's: applying it twice leaves what applying it once does
    hidden = 128,     // not Redis's: left out of what COMMAND tells
};

struct command_spec {
    std::string_view name;  // lower case
    command_id id;
    std::int8_t arity;      // words with the name; negative: at least so many
    std::uint8_t flags;     // of command_flag
    std::int8_t first_key;  // index of the first key; 0: no keys
    std::int8_t last_key;   // negative: counted from the end
    std::int8_t step;       // distance from key to key

    constexpr bool has(command_flag flag) const noexcept { return (flags & flag) != 0; }
};

/// All commands, ordered by `command_id`.
std::span<const command_spec> all_commands() noexcept;

/// The command of that name, in letters of either case; null if there is none.
const command_spec* find_command(std::string_view name) noexcept;

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
