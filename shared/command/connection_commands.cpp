#include "shared/command/connection_commands.hpp"

#include "shared/command/subcommand.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace shared {
namespace {

constexpr std::string_view only_user = "default";
constexpr std::string_view wrong_user =
    "WRONGPASS invalid username-password pair or user is disabled.";

void run_ping(const connection_call& call) {
    if (call.words.size() > 2) return append_error(call.out, wrong_arity_error("ping"));
    if (call.words.size() == 2) return append_bulk(call.out, call.words[1]);
    const auto reason = call.facts.not_ready();
    if (reason.empty()) {
        append_simple(call.out, "PONG");
    } else {
        append_error(call.out, reason);
    }
}

void run_echo(const connection_call& call) {
    append_bulk(call.out, call.words[1]);
}

void run_quit(const connection_call& call) {
    call.client.closing = true;
    call.out += ok_reply;
}

void append_greeting(const connection_call& call) {
    const auto version = call.client.version;
    auto& out = call.out;
    append_map_header(out, 7, version);
    append_bulk(out, "server");
    append_bulk(out, "ringway");
    append_bulk(out, "version");
    append_bulk(out, compatible_version);
    append_bulk(out, "proto");
    append_integer(out, static_cast<std::int64_t>(version));
    append_bulk(out, "id");
    append_integer(out, static_cast<std::int64_t>(call.client.id));
    append_bulk(out, "mode");
    append_bulk(out, "standalone");
    append_bulk(out, "role");
    append_bulk(out, "master");
    append_bulk(out, "modules");
    append_array_header(out, 0);
}

/// Applies the options of HELLO, each as it is read, as Redis does. False if one failed and an
/// error was appended.
bool apply_hello_options(const connection_call& call) {
    const auto& words = call.words;
    for (std::size_t i = 2; i < words.size(); ++i) {
        const std::size_t more = words.size() - 1 - i;
        if (same_word(words[i], "auth") && more >= 2) {
            if (words[i + 1] != only_user) {
                append_error(call.out, wrong_user);
                return false;
            }
            i += 2;
        } else if (same_word(words[i], "setname") && more >= 1) {
            if (!set_client_name(call, words[i + 1])) return false;
            ++i;
        } else {
            append_error(call.out,
                         "ERR Syntax error in HELLO option '" + std::string(words[i]) + "'");
            return false;
        }
    }
    return true;
}

void run_hello(const connection_call& call) {
    auto chosen = call.client.version;
    if (call.words.size() > 1) {
        const auto number = parse_integer(call.words[1]);
        if (!number)
            return append_error(call.out, "ERR Protocol version is not an integer or out of range");
        if (*number != 2 && *number != 3) {
            return append_error(call.out, "NOPROTO unsupported protocol version");
        }
        chosen = *number == 3 ? protocol::resp3 : protocol::resp2;
    }
    if (!apply_hello_options(call)) return;
    call.client.version = chosen;
    append_greeting(call);
}

void run_auth(const connection_call& call) {
    if (call.words.size() > 3) return append_error(call.out, syntax_error);
    if (call.words.size() == 2) {
        return append_error(
            call.out,
            "ERR AUTH <password> called without any password configured for the default user. "
            "Are you sure your configuration is correct?");
    }
    if (call.words[1] != only_user) return append_error(call.out, wrong_user);
    call.out += ok_reply;
}

void run_select(const connection_call& call) {
    using limits = std::numeric_limits<std::int32_t>;
    const auto index = parse_integer(call.words[1]);
    if (!index) return append_error(call.out, "ERR value is not an integer or out of range");
    if (*index < limits::min() || *index > limits::max()) {
        return append_error(
            call.out, "ERR value is out of range, value must between -2147483648 and 2147483647");
    }
    if (*index != 0) return append_error(call.out, "ERR DB index is out of range");
    call.out += ok_reply;
}

/// POST and Host: are no commands but HTTP, maybe a browser lured into sending some (Redis,
/// CVE-2016-10517).
void run_http(const connection_call& call) {
    call.client.closing = true;
}

struct entry {
    command_id id;
    connection_handler run;
};

constexpr std::array<entry, 12> handlers{{
    {command_id::ping, run_ping},
    {command_id::echo, run_echo},
    {command_id::quit, run_quit},
    {command_id::hello, run_hello},
    {command_id::auth, run_auth},
    {command_id::select, run_select},
    {command_id::client, run_client},
    {command_id::command, run_command_command},
    {command_id::info, run_info},
    {command_id::config, run_config},
    {command_id::post, run_http},
    {command_id::host, run_http},
}};

}  // namespace

void run_connection_command(const command_spec& spec, std::span<const std::string_view> words,
                            client_state& client, const server_facts& facts, std::string& out) {
    const auto found = std::find_if(handlers.begin(), handlers.end(),
                                    [&](const entry& one) { return one.id == spec.id; });
    if (found != handlers.end()) found->run({words, client, facts, out});
}

}  // namespace shared
