// DEBUG SLEEP, SET-ACTIVE-EXPIRE: for tests of clients; off unless the configuration allows it.
#include "backend/server/server_commands.hpp"
#include "shared/command/subcommand.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>

namespace backend {
namespace {

using subcommand = shared::subcommand_of<server_call>;

constexpr double longest_sleep = 3600.0;  // seconds

/// Blocks this worker with all its clients, and no other: that is what is asked for.
void run_sleep(const server_call& call) {
    const double seconds = std::strtod(std::string(call.words[2]).c_str(), nullptr);
    if (seconds > 0.0) {
        std::this_thread::sleep_for(
            std::chrono::duration<double>(std::min(seconds, longest_sleep)));
    }
    call.out += shared::ok_reply;
}

void run_set_active_expire(const server_call& call) {
    call.server.active_expiry = std::strtol(std::string(call.words[2]).c_str(), nullptr, 10) != 0;
    call.out += shared::ok_reply;
}

constexpr std::array<std::string_view, 4> help{
    "SET-ACTIVE-EXPIRE <0|1>",
    "    Setting it to 0 disables expiring keys in background when they are not accessed.",
    "SLEEP <seconds>",
    "    Stop the worker of this connection for <seconds>. Decimals allowed.",
};

void run_help(const server_call& call) {
    shared::append_help(call.out, "DEBUG", help);
}

constexpr std::array<subcommand, 3> subcommands{{
    {"help", 2, run_help},
    {"set-active-expire", 3, run_set_active_expire},
    {"sleep", 3, run_sleep},
}};

}  // namespace

void run_debug(const server_call& call) {
    if (!call.server.debug_commands) {
        return shared::append_error(call.out,
                                    "ERR DEBUG command not allowed. Set debug_commands = true in "
                                    "the configuration file, and then restart the server.");
    }
    shared::run_subcommand(call, "debug", subcommands);
}

}  // namespace backend
