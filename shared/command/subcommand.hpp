// What the files of the connection commands share: the arguments of a handler and the choice of a
// subcommand. For shared/command alone; everybody else includes connection_commands.hpp. Pure.
#pragma once

#include "shared/command/connection_commands.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace shared {

/// One call of a connection command: what it may read, and where its reply goes.
struct connection_call {
    std::span<const std::string_view> words;
    client_state& client;
    const server_facts& facts;
    std::string& out;
};

using connection_handler = void (*)(const connection_call& call);

struct subcommand {
    std::string_view name;  // lower case
    int arity;              // words with both names; negative: at least so many
    connection_handler run;
};

/// Runs the subcommand that words[1] names, or answers Redis's error for an unknown one or a wrong
/// number of words. Requires: `call` has two words at least.
void run_subcommand(const connection_call& call, std::string_view command,
                    std::span<const subcommand> known);

/// The reply of "command HELP"; `lines` are what stands between its head and "HELP".
void append_help(std::string& out, std::string_view command,
                 std::span<const std::string_view> lines);

/// True if `text` may be the name of a client: no blanks, no control bytes, nothing beyond ASCII.
bool valid_client_text(std::string_view text) noexcept;

/// Gives the client a name, an empty one takes it away. False, and an error is appended, if it
/// can't be a name.
bool set_client_name(const connection_call& call, std::string_view name);

inline constexpr std::string_view syntax_error = "ERR syntax error";

void run_client(const connection_call& call);
void run_command_command(const connection_call& call);
void run_info(const connection_call& call);
void run_config(const connection_call& call);

}  // namespace shared
