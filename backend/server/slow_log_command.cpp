// SLOWLOG GET LEN RESET HELP.
#include "backend/server/server_commands.hpp"
#include "shared/command/subcommand.hpp"
#include "shared/resp/integer.hpp"

#include <limits>

namespace backend {
namespace {

using subcommand = shared::subcommand_of<server_call>;

constexpr std::size_t shown_by_default = 10;

void append_request(const server_call& call, const slow_request& request) {
    auto& out = call.out;
    shared::append_array_header(out, 6);
    shared::append_integer(out, static_cast<std::int64_t>(request.id));
    shared::append_integer(out, request.began / 1'000'000);
    shared::append_integer(out, request.took);
    shared::append_array_header(out, request.words.size());
    for (const auto& word : request.words) shared::append_bulk(out, word);
    shared::append_bulk(out, request.peer);
    shared::append_bulk(out, request.client_name);
}

void run_get(const server_call& call) {
    std::size_t most = shown_by_default;
    if (call.words.size() > 3) {
        return shared::append_error(call.out,
                                    "ERR unknown subcommand or wrong number of arguments for '" +
                                        std::string(call.words[1]) + "'. Try SLOWLOG HELP.");
    }
    if (call.words.size() == 3) {
        const auto count = shared::parse_integer(call.words[2]);
        if (!count || *count < -1) {
            return shared::append_error(call.out,
                                        "ERR count should be greater than or equal to -1");
        }
        most = *count == -1 ? std::numeric_limits<std::size_t>::max()
                            : static_cast<std::size_t>(*count);
    }
    const auto requests = call.server.slow.newest(most);
    shared::append_array_header(call.out, requests.size());
    for (const auto& request : requests) append_request(call, request);
}

void run_len(const server_call& call) {
    shared::append_integer(call.out, static_cast<std::int64_t>(call.server.slow.size()));
}

void run_reset(const server_call& call) {
    call.server.slow.clear();
    call.out += shared::ok_reply;
}

constexpr std::array<std::string_view, 9> help{
    "GET [<count>]",
    "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
    "    Entries are made of:",
    "    id, timestamp, time in microseconds, arguments array, client IP and port,",
    "    client name",
    "LEN",
    "    Return the length of the slowlog.",
    "RESET",
    "    Reset the slowlog.",
};

void run_help(const server_call& call) {
    shared::append_help(call.out, "SLOWLOG", help);
}

constexpr std::array<subcommand, 4> subcommands{{
    {"get", -2, run_get},
    {"help", 2, run_help},
    {"len", 2, run_len},
    {"reset", 2, run_reset},
}};

}  // namespace

void run_slowlog(const server_call& call) {
    shared::run_subcommand(call, "slowlog", subcommands);
}

}  // namespace backend
