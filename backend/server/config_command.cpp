// CONFIG SET RESETSTAT REWRITE; GET is shared with the proxy.
#include "backend/server/live_config.hpp"
#include "backend/server/server_commands.hpp"
#include "shared/command/subcommand.hpp"

#include <algorithm>

namespace backend {
namespace {

using subcommand = shared::subcommand_of<server_call>;

void run_set(const server_call& call) {
    const auto error =
        change_parameters(call.server, call.words.subspan(2), call.facts.parameters());
    if (error.empty()) {
        call.out += shared::ok_reply;
    } else {
        shared::append_error(call.out, error);
    }
}

void run_resetstat(const server_call& call) {
    call.server.reset_statistics();
    call.out += shared::ok_reply;
}

void refuse_rewrite(const server_call& call) {
    shared::append_error(call.out,
                         "ERR CONFIG REWRITE is not supported: the server never writes its "
                         "configuration file");
}

constexpr std::array<std::string_view, 6> help{
    "GET <pattern>",
    "    Return parameters matching the glob-like <pattern> and their values.",
    "SET <directive> <value>",
    "    Set the configuration <directive> to <value>.",
    "RESETSTAT",
    "    Reset statistics reported by the INFO command.",
};

void run_help(const server_call& call) {
    shared::append_help(call.out, "CONFIG", help);
}

constexpr std::array<subcommand, 4> subcommands{{
    {"help", 2, run_help},
    {"resetstat", 2, run_resetstat},
    {"rewrite", 2, refuse_rewrite},
    {"set", -4, run_set},
}};

}  // namespace

void run_config(const server_call& call) {
    const bool ours = std::any_of(
        subcommands.begin(), subcommands.end(),
        [&](const subcommand& one) { return shared::same_word(one.name, call.words[1]); });
    if (ours) return shared::run_subcommand(call, "config", subcommands);
    shared::run_connection_command(call.spec, call.words, call.client, call.facts, call.out);
}

}  // namespace backend
