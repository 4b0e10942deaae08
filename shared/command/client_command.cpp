// CLIENT: what a connection tells of itself and is told.
#include "shared/command/subcommand.hpp"

#include <algorithm>
#include <array>

namespace shared {
namespace {

void run_getname(const connection_call& call) {
    if (call.client.name.empty()) return append_null(call.out, call.client.version);
    append_bulk(call.out, call.client.name);
}

void run_setname(const connection_call& call) {
    if (set_client_name(call, call.words[2])) call.out += ok_reply;
}

void run_setinfo(const connection_call& call) {
    const auto option = call.words[2];
    const auto value = call.words[3];
    auto& client = call.client;
    std::string* const field = same_word(option, "lib-name")  ? &client.library
                               : same_word(option, "lib-ver") ? &client.library_version
                                                              : nullptr;
    if (field == nullptr)
        return append_error(call.out, "ERR Unrecognized option '" + std::string(option) + "'");
    if (!valid_client_text(value)) {
        return append_error(call.out,
                            "ERR " + std::string(option) +
                                " cannot contain spaces, newlines or special characters.");
    }
    *field = value;
    call.out += ok_reply;
}

void run_id(const connection_call& call) {
    append_integer(call.out, static_cast<std::int64_t>(call.client.id));
}

void run_client_info(const connection_call& call) {
    const auto& client = call.client;
    std::string line = "id=" + std::to_string(client.id);
    line += " addr=" + client.address;
    line += " name=" + client.name;
    line += " db=0 user=default resp=";
    line += client.version == protocol::resp3 ? '3' : '2';
    line += " lib-name=" + client.library;
    line += " lib-ver=" + client.library_version;
    line += '\n';
    append_verbatim(call.out, line, client.version);
}

/// NO-EVICT and NO-TOUCH: accepted, for a client does no harm by asking, and without effect.
void run_switch(const connection_call& call) {
    if (!same_word(call.words[2], "on") && !same_word(call.words[2], "off")) {
        return append_error(call.out, syntax_error);
    }
    call.out += ok_reply;
}

constexpr std::array<std::string_view, 14> help{
    "GETNAME",
    "    Return the name of the current connection.",
    "ID",
    "    Return the ID of the current connection.",
    "INFO",
    "    Return information about the current client connection.",
    "SETINFO <option> <value>",
    "    Set client meta attr. Options are lib-name and lib-ver.",
    "SETNAME <name>",
    "    Assign the name <name> to the current connection.",
    "NO-EVICT (ON|OFF)",
    "    Accepted for compatibility, without effect.",
    "NO-TOUCH (ON|OFF)",
    "    Accepted for compatibility, without effect.",
};

void run_help(const connection_call& call) {
    append_help(call.out, "CLIENT", help);
}

constexpr std::array<subcommand, 8> subcommands{{
    {"getname", 2, run_getname},
    {"help", 2, run_help},
    {"id", 2, run_id},
    {"info", 2, run_client_info},
    {"no-evict", 3, run_switch},
    {"no-touch", 3, run_switch},
    {"setinfo", 4, run_setinfo},
    {"setname", 3, run_setname},
}};

}  // namespace

bool valid_client_text(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

bool set_client_name(const connection_call& call, std::string_view name) {
    if (!valid_client_text(name)) {
        append_error(call.out,
                     "ERR Client names cannot contain spaces, newlines or special characters.");
        return false;
    }
    call.client.name = name;
    return true;
}

void run_client(const connection_call& call) {
    run_subcommand(call, "client", subcommands);
}

}  // namespace shared
