// The commands about the server and its clients: CLIENT CONFIG HELLO SLOWLOG LATENCY DEBUG, and
// the messages that they send each other: SUBSCRIBE PUBLISH PUBSUB. Each appends
// one reply, or none where CLIENT REPLY says so. Arguments, replies and errors are those of
// Redis 7.0: https://redis.io/docs/latest/commands/
#pragma once

#include "backend/server/server_state.hpp"
#include "backend/server/subscriptions.hpp"
#include "shared/command/connection_commands.hpp"

#include <span>
#include <string>
#include <string_view>

namespace backend {

/// CLIENT REPLY: whether a client gets replies; `skip` is about the present request.
enum class reply_mode : std::uint8_t { on, off, skip_next, skip };

struct server_call {
    const shared::command_spec& spec;
    std::span<const std::string_view> words;
    shared::client_state& client;
    client_record& record;
    reply_mode& replies;
    subscriber& self;
    subscriptions& topics;
    server_state& server;
    const shared::server_facts& facts;
    std::string& out;
};

using server_handler = void (*)(const server_call& call);

/// The handler of the command; null if it is none of these.
server_handler find_server_command(const shared::command_spec& spec) noexcept;

/// True if the backend has the command, be it about data, about a connection or one of these.
bool serves(const shared::command_spec& spec) noexcept;

void run_client(const server_call& call);
void run_config(const server_call& call);
void run_hello(const server_call& call);
void run_subscribe(const server_call& call);
void run_psubscribe(const server_call& call);
void run_unsubscribe(const server_call& call);
void run_punsubscribe(const server_call& call);
void run_publish(const server_call& call);
void run_pubsub(const server_call& call);
void run_slowlog(const server_call& call);
void run_latency(const server_call& call);
void run_bgrewriteaof(const server_call& call);

/// Refused unless the configuration allows it.
void run_debug(const server_call& call);

}  // namespace backend
