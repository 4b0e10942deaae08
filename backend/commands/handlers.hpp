// The handlers of the data commands and what they share; for backend/commands alone.
// Each requires words that fit its command's arity and appends one reply.
#pragma once

#include "backend/commands/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backend {

using words_view = std::span<const std::string_view>;
using command_handler = void (*)(words_view words, command_context& context);

// strings.cpp
void run_get(words_view words, command_context& context);
void run_set(words_view words, command_context& context);
void run_mget(words_view words, command_context& context);
void run_mset(words_view words, command_context& context);
void run_msetnx(words_view words, command_context& context);

// get_and_set.cpp
void run_setnx(words_view words, command_context& context);
void run_setex(words_view words, command_context& context);
void run_psetex(words_view words, command_context& context);
void run_getset(words_view words, command_context& context);
void run_getex(words_view words, command_context& context);
void run_getdel(words_view words, command_context& context);

// ranges.cpp
void run_append(words_view words, command_context& context);
void run_strlen(words_view words, command_context& context);
void run_getrange(words_view words, command_context& context);
void run_setrange(words_view words, command_context& context);

// bits.cpp
void run_setbit(words_view words, command_context& context);
void run_getbit(words_view words, command_context& context);
void run_bitcount(words_view words, command_context& context);
void run_bitpos(words_view words, command_context& context);

// bitop.cpp
void run_bitop(words_view words, command_context& context);

// bitfield.cpp
void run_bitfield(words_view words, command_context& context);
void run_bitfield_ro(words_view words, command_context& context);

// lcs.cpp
void run_lcs(words_view words, command_context& context);

// counters.cpp
void run_incr(words_view words, command_context& context);
void run_decr(words_view words, command_context& context);
void run_incrby(words_view words, command_context& context);
void run_decrby(words_view words, command_context& context);

// floats.cpp
void run_incrbyfloat(words_view words, command_context& context);

// expiry.cpp
void run_expire(words_view words, command_context& context);
void run_pexpire(words_view words, command_context& context);
void run_expireat(words_view words, command_context& context);
void run_pexpireat(words_view words, command_context& context);
void run_ttl(words_view words, command_context& context);
void run_pttl(words_view words, command_context& context);
void run_expiretime(words_view words, command_context& context);
void run_pexpiretime(words_view words, command_context& context);
void run_persist(words_view words, command_context& context);

// keyspace.cpp
void run_del(words_view words, command_context& context);
void run_exists(words_view words, command_context& context);
void run_touch(words_view words, command_context& context);
void run_type(words_view words, command_context& context);
void run_dbsize(words_view words, command_context& context);
void run_flushall(words_view words, command_context& context);

// rename.cpp
void run_rename(words_view words, command_context& context);
void run_renamenx(words_view words, command_context& context);
void run_copy(words_view words, command_context& context);

// scan.cpp
void run_scan(words_view words, command_context& context);
void run_keys(words_view words, command_context& context);
void run_randomkey(words_view words, command_context& context);

// objects.cpp
void run_object(words_view words, command_context& context);
void run_memory(words_view words, command_context& context);

// leases.cpp
void run_lease(words_view words, command_context& context);

// server.cpp
void run_time(words_view words, command_context& context);
void run_move(words_view words, command_context& context);
void run_swapdb(words_view words, command_context& context);
void run_function(words_view words, command_context& context);

inline constexpr std::string_view syntax_error = "ERR syntax error";
inline constexpr std::string_view not_an_integer = "ERR value is not an integer or out of range";
inline constexpr std::string_view bad_bit_offset =
    "ERR bit offset is not an integer or out of range";
inline constexpr std::string_view no_such_database = "ERR DB index is out of range";
inline constexpr std::string_view same_object = "ERR source and destination objects are the same";
inline constexpr std::string_view out_of_memory =
    "OOM command not allowed when used memory > 'maxmemory'.";

/// "ERR invalid expire time in 'set' command".
std::string invalid_expire_time(std::string_view command);

/// The number that `text` is; nothing, and `error` is appended, if it is none.
std::optional<std::int64_t> parse_integer_argument(std::string_view text, command_context& context,
                                                   std::string_view error = not_an_integer);

/// Like `parse_integer_argument` for the number of a database, an `int` in Redis; with an `error`
/// of the command's own for whatever is none.
std::optional<std::int64_t> parse_database(std::string_view text, command_context& context,
                                           std::string_view error = {});

/// An array of simple strings: a HELP.
void append_lines(std::string& out, std::span<const std::string_view> lines);

/// The value, which counts as a hit and a use; empty, and a miss, if there is none.
std::string_view look_up(store::entry_access& entry) noexcept;

/// Looks the value up and appends it, or null.
void append_value(store::entry_access& entry, command_context& context);

/// The value, without counting.
std::string_view value_or_empty(const store::entry_access& entry) noexcept;

/// Sets the value and leaves the expiry as it is. False, and an error is appended, if it does not
/// fit into the memory.
bool replace_value(store::entry_access& entry, std::string_view value, command_context& context);

/// False, and an error is appended, if no value may be of `size` bytes. To be asked before such a
/// value is made.
bool may_grow_to(const store::entry_access& entry, std::uint64_t size, command_context& context);

}  // namespace backend
