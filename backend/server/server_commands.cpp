#include "backend/server/server_commands.hpp"

#include "backend/commands/table.hpp"

#include <array>
#include <utility>

namespace backend {
namespace {

using shared::command_id;

constexpr std::array<std::pair<command_id, server_handler>, 3> handlers{{
    {command_id::slowlog, run_slowlog},
    {command_id::latency, run_latency},
    {command_id::debug, run_debug},
}};

}  // namespace

server_handler find_server_command(const shared::command_spec& spec) noexcept {
    for (const auto& [id, handler] : handlers) {
        if (id == spec.id) return handler;
    }
    return nullptr;
}

bool serves(const shared::command_spec& spec) noexcept {
    return has_command(spec) || find_server_command(spec) != nullptr;
}

}  // namespace backend
