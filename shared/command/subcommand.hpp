// What the files of the connection commands share: the arguments of a handler and the choice of a
// subcommand, which a program may use for commands of its own. Pure.
#pragma once

#include "shared/command/connection_commands.hpp"

#include <algorithm>
#include <array>
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

/// `Call` has `words` and `out`.
template <typename Call>
struct subcommand_of {
    std::string_view name;  // lower case
    int arity;              // words with both names; negative: at least so many
    void (*run)(const Call& call);
};

using subcommand = subcommand_of<connection_call>;

/// False, and Redis's error is appended, if the subcommand takes another number of words.
bool subcommand_fits(std::span<const std::string_view> words, std::string_view command,
                     std::string_view name, int arity, std::string& out);

/// Runs the subcommand that words[1] names, or answers Redis's error for an unknown one or a wrong
/// number of words. Requires: `call` has two words at least.
template <typename Call, std::size_t Count>
void run_subcommand(const Call& call, std::string_view command,
                    const std::array<subcommand_of<Call>, Count>& known) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) {
        return same_word(one.name, call.words[1]);
    });
    if (found == known.end()) {
        append_error(call.out, unknown_subcommand_error(call.words[1], command));
    } else if (subcommand_fits(call.words, command, found->name, found->arity, call.out)) {
        found->run(call);
    }
}

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
