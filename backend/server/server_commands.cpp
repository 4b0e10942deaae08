#include "backend/server/server_commands.hpp"

#include "backend/commands/table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace backend {
namespace {

using shared::command_id;

constexpr std::array<std::pair<command_id, server_handler>, 13> handlers{{
    {command_id::client, run_client},
    {command_id::config, run_config},
    {command_id::hello, run_hello},
    {command_id::subscribe, run_subscribe},
    {command_id::psubscribe, run_psubscribe},
    {command_id::unsubscribe, run_unsubscribe},
    {command_id::punsubscribe, run_punsubscribe},
    {command_id::publish, run_publish},
    {command_id::pubsub, run_pubsub},
    {command_id::slowlog, run_slowlog},
    {command_id::latency, run_latency},
    {command_id::debug, run_debug},
    {command_id::bgrewriteaof, run_bgrewriteaof},
}};

}  // namespace

server_handler find_server_command(const shared::command_spec& spec) noexcept {
    for (const auto& [id, handler] : handlers) {
        if (id == spec.id) return handler;
    }
    return nullptr;
}

void run_bgrewriteaof(const server_call& call) {
    if (!call.server.rewrite_log)
        return shared::append_error(call.out, "ERR this backend is configured without a log");
    if (!call.server.rewrite_log()) {
        return shared::append_error(
            call.out, "ERR Background append only file rewriting already in progress");
    }
    shared::append_simple(call.out, "Background append only file rewriting started");
}

void run_hello(const server_call& call) {
    shared::run_connection_command(call.spec, call.words, call.client, call.facts, call.out);
    call.record.version = call.client.version;
    call.server.clients.rename(call.record, call.client);
}

bool serves(const shared::command_spec& spec) noexcept {
    using enum command_id;
    constexpr std::array of_the_session{reset, multi, exec, discard, watch, unwatch, wait};
    return has_command(spec) || find_server_command(spec) != nullptr ||
           std::find(of_the_session.begin(), of_the_session.end(), spec.id) != of_the_session.end();
}

}  // namespace backend
