// The data commands: from the words of a request to the store and to the bytes of the reply.
// Pure: the store does the locking, time is an argument. May run on every worker at once, each with
// its own context. Arguments, replies and errors are those of Redis 7:
// https://redis.io/docs/latest/commands/
#pragma once

#include "backend/store/store.hpp"
#include "shared/base/clock.hpp"
#include "shared/command/spec.hpp"
#include "shared/resp/encoder.hpp"

#include <span>
#include <string>
#include <string_view>

namespace backend {

/// What a command works on. Owned by the session that runs it.
struct command_context {
    store& data;
    shared::unix_ms now;
    shared::protocol version;
    std::string& out;                            // the reply is appended here
    std::uint64_t longest_value = 512UL << 20U;  // bytes that a value may grow to
    std::uint64_t longest_reply = 256UL << 20U;  // bytes of a reply of several values
};

/// What is answered instead of more than `longest_reply` bytes.
inline constexpr std::string_view reply_too_large =
    "ERR the reply would be larger than max_reply of this backend";

/// True if this program has the command, be it about data or about the connection. The table of
/// commands that it shares with the proxy knows many more.
bool has_command(const shared::command_spec& spec) noexcept;

/// True if it is one of those about data.
bool is_about_data(const shared::command_spec& spec) noexcept;

/// Runs a data command and appends its one reply to `context.out`.
/// Requires: has_command(spec), `spec` lacks the flag `connection`; `words`, the name among them,
/// fit its arity.
void run_command(const shared::command_spec& spec, std::span<const std::string_view> words,
                 command_context& context);

}  // namespace backend
