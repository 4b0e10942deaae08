// The handlers of the data commands and what they share; for backend/commands alone.
// Each requires words that fit its command's arity and appends one reply.
#pragma once

#include "backend/commands/table.hpp"

namespace backend {

using words_view = std::span<const std::string_view>;
using command_handler = void (*)(words_view words, command_context& context);

// strings.cpp
void run_get(words_view words, command_context& context);
void run_set(words_view words, command_context& context);
void run_mget(words_view words, command_context& context);
void run_mset(words_view words, command_context& context);

// counters.cpp
void run_incr(words_view words, command_context& context);
void run_decr(words_view words, command_context& context);
void run_incrby(words_view words, command_context& context);
void run_decrby(words_view words, command_context& context);

// expiry.cpp
void run_expire(words_view words, command_context& context);
void run_ttl(words_view words, command_context& context);
void run_pttl(words_view words, command_context& context);
void run_persist(words_view words, command_context& context);

// keyspace.cpp
void run_del(words_view words, command_context& context);
void run_exists(words_view words, command_context& context);
void run_dbsize(words_view words, command_context& context);
void run_flushall(words_view words, command_context& context);

inline constexpr std::string_view syntax_error = "ERR syntax error";
inline constexpr std::string_view not_an_integer = "ERR value is not an integer or out of range";
inline constexpr std::string_view out_of_memory =
    "OOM command not allowed when used memory > 'maxmemory'.";

/// "ERR invalid expire time in 'set' command".
std::string invalid_expire_time(std::string_view command);

}  // namespace backend
