// CLIENT: LIST INFO KILL REPLY NO-EVICT and what clients ask for that is not here; the rest is
// shared with the proxy.
#include "backend/server/client_filter.hpp"
#include "backend/server/server_commands.hpp"
#include "shared/command/subcommand.hpp"

#include <algorithm>
#include <vector>

namespace backend {
namespace {

using subcommand = shared::subcommand_of<server_call>;

/// Bytes of the request as an array of bulks, as clients send it.
std::size_t bytes_of(std::span<const std::string_view> words) {
    std::string text;
    shared::append_request(text, words);
    return text.size();
}

void append_line(const server_call& call, const client_record& record, shared::unix_ms now,
                 std::string& text) {
    if (&record != &call.record) return append_client_line(text, record, now, {}, 0);
    std::string command = "client|";
    for (const char c : call.words[1]) command += static_cast<char>(c | 0x20);
    append_client_line(text, record, now, command, bytes_of(call.words));
}

void run_info(const server_call& call) {
    std::string text;
    call.server.clients.for_each([&](const client_record& record) {
        if (&record == &call.record) append_line(call, record, shared::unix_now(), text);
    });
    shared::append_verbatim(call.out, text, call.client.version);
}

void run_list(const server_call& call) {
    const auto chosen = read_list_filter(call.words.subspan(2));
    if (!chosen.error.empty()) return shared::append_error(call.out, chosen.error);
    const auto now = shared::unix_now();
    std::string text;
    call.server.clients.for_each([&](const client_record& record) {
        if (chosen.matches(record)) append_line(call, record, now, text);
    });
    shared::append_verbatim(call.out, text, call.client.version);
}

/// How many were told to close. The client itself does after its reply.
std::size_t kill(const server_call& call, const client_filter& chosen) {
    std::vector<client_place> places;
    std::size_t killed = 0;
    call.server.clients.for_each([&](const client_record& record) {
        const bool itself = &record == &call.record;
        if (!chosen.matches(record) || (itself && chosen.spares_self)) return;
        ++killed;
        if (itself) {
            call.client.closing = true;
        } else {
            places.push_back(record.place);
        }
    });
    for (const auto& place : places) call.server.close_client(place);
    return killed;
}

void run_kill(const server_call& call) {
    const auto chosen = read_kill_filter(call.words.subspan(2));
    if (!chosen.error.empty()) return shared::append_error(call.out, chosen.error);
    const auto killed = kill(call, chosen);
    if (call.words.size() > 3) {
        shared::append_integer(call.out, static_cast<std::int64_t>(killed));
    } else if (killed != 0) {
        call.out += shared::ok_reply;
    } else {
        shared::append_error(call.out, "ERR No such client");
    }
}

void run_reply(const server_call& call) {
    const auto mode = call.words[2];
    if (shared::same_word(mode, "on")) {
        call.replies = reply_mode::on;
        call.out += shared::ok_reply;
    } else if (shared::same_word(mode, "off")) {
        call.replies = reply_mode::off;
    } else if (!shared::same_word(mode, "skip")) {
        shared::append_error(call.out, shared::syntax_error);
    } else if (call.replies != reply_mode::off) {
        call.replies = reply_mode::skip_next;
    }
}

/// No client is closed for want of memory here, so all that this changes is what CLIENT LIST says.
void run_no_evict(const server_call& call) {
    const bool on = shared::same_word(call.words[2], "on");
    if (!on && !shared::same_word(call.words[2], "off"))
        return shared::append_error(call.out, shared::syntax_error);
    call.record.no_evict = on;
    call.out += shared::ok_reply;
}

void run_unpause(const server_call& call) {
    call.out += shared::ok_reply;
}

void refuse_pause(const server_call& call) {
    shared::append_error(call.out, "ERR CLIENT PAUSE is not supported");
}

/// No command blocks here.
void run_unblock(const server_call& call) {
    shared::append_integer(call.out, 0);
}

void run_getredir(const server_call& call) {
    shared::append_integer(call.out, -1);
}

void refuse_tracking(const server_call& call) {
    shared::append_error(call.out, "ERR CLIENT TRACKING is not supported");
}

constexpr std::array<std::string_view, 34> help{
    "GETREDIR",
    "    Return the client ID we are redirecting to when tracking is enabled: -1.",
    "GETNAME",
    "    Return the name of the current connection.",
    "ID",
    "    Return the ID of the current connection.",
    "INFO",
    "    Return information about the current client connection.",
    "KILL <ip:port>",
    "    Kill connection made from <ip:port>.",
    "KILL <option> <value> [<option> <value> [...]]",
    "    Kill connections. Options are:",
    "    * ADDR <ip:port>",
    "      Kill connections made from the specified address",
    "    * LADDR <ip:port>",
    "      Kill connections made to specified local address",
    "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
    "      Kill connections by type.",
    "    * USER <username>",
    "      Kill connections authenticated by <username>.",
    "    * SKIPME (YES|NO)",
    "      Skip killing current connection (default: yes).",
    "LIST [options ...]",
    "    Return information about client connections. Options:",
    "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
    "      Return clients of specified type.",
    "REPLY (ON|OFF|SKIP)",
    "    Control the replies sent to the current connection.",
    "SETINFO <option> <value>",
    "    Set client meta attr. Options are lib-name and lib-ver.",
    "SETNAME <name>",
    "    Assign the name <name> to the current connection.",
    "NO-EVICT (ON|OFF)",
    "    Protect current client connection from eviction: none is evicted.",
};

void run_help(const server_call& call) {
    shared::append_help(call.out, "CLIENT", help);
}

constexpr std::array<subcommand, 11> subcommands{{
    {"getredir", 2, run_getredir},
    {"help", 2, run_help},
    {"info", 2, run_info},
    {"kill", -3, run_kill},
    {"list", -2, run_list},
    {"no-evict", 3, run_no_evict},
    {"pause", -3, refuse_pause},
    {"reply", 3, run_reply},
    {"tracking", -3, refuse_tracking},
    {"unblock", -3, run_unblock},
    {"unpause", 2, run_unpause},
}};

}  // namespace

void run_client(const server_call& call) {
    const bool ours = std::any_of(
        subcommands.begin(), subcommands.end(),
        [&](const subcommand& one) { return shared::same_word(one.name, call.words[1]); });
    if (ours) return shared::run_subcommand(call, "client", subcommands);
    shared::run_connection_command(call.spec, call.words, call.client, call.facts, call.out);
    call.server.clients.rename(call.record, call.client);
}

}  // namespace backend
