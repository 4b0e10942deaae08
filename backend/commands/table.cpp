#include "backend/commands/table.hpp"

#include "backend/commands/handlers.hpp"

#include <array>
#include <utility>

namespace backend {
namespace {

using shared::command_id;

constexpr std::array<std::pair<command_id, command_handler>, 16> entries{{
    {command_id::get, run_get},
    {command_id::set, run_set},
    {command_id::del, run_del},
    {command_id::exists, run_exists},
    {command_id::mget, run_mget},
    {command_id::mset, run_mset},
    {command_id::incr, run_incr},
    {command_id::decr, run_decr},
    {command_id::incrby, run_incrby},
    {command_id::decrby, run_decrby},
    {command_id::expire, run_expire},
    {command_id::ttl, run_ttl},
    {command_id::pttl, run_pttl},
    {command_id::persist, run_persist},
    {command_id::dbsize, run_dbsize},
    {command_id::flushall, run_flushall},
}};

using handler_table = std::array<command_handler, static_cast<std::size_t>(command_id::count)>;

constexpr handler_table handlers = [] {
    handler_table table{};
    for (const auto& [id, handler] : entries) table[static_cast<std::size_t>(id)] = handler;
    return table;
}();

}  // namespace

bool has_command(const shared::command_spec& spec) noexcept {
    if (spec.id == command_id::proxy) return false;
    return spec.has(shared::connection) || handlers[static_cast<std::size_t>(spec.id)] != nullptr;
}

void run_command(const shared::command_spec& spec, words_view words, command_context& context) {
    handlers[static_cast<std::size_t>(spec.id)](words, context);
}

std::string invalid_expire_time(std::string_view command) {
    return "ERR invalid expire time in '" + std::string(command) + "' command";
}

}  // namespace backend
