// The commands about the server that need no more of a client than what it is called: SLOWLOG
// LATENCY DEBUG. Each appends one reply. Arguments, replies and errors are those of Redis 7.0:
// https://redis.io/docs/latest/commands/
#pragma once

#include "backend/server/server_state.hpp"
#include "shared/command/client_state.hpp"
#include "shared/command/spec.hpp"

#include <span>
#include <string>
#include <string_view>

namespace backend {

struct server_call {
    std::span<const std::string_view> words;
    shared::client_state& client;
    server_state& server;
    std::string& out;
};

using server_handler = void (*)(const server_call& call);

/// The handler of the command; null if it is none of these.
server_handler find_server_command(const shared::command_spec& spec) noexcept;

/// True if the backend has the command, be it about data, about a connection or one of these.
bool serves(const shared::command_spec& spec) noexcept;

void run_slowlog(const server_call& call);
void run_latency(const server_call& call);

/// Refused unless the configuration allows it.
void run_debug(const server_call& call);

}  // namespace backend
