#include "backend/commands/table.hpp"

#include "backend/commands/handlers.hpp"

#include <array>
#include <utility>

namespace backend {
namespace {

using shared::command_id;

constexpr auto entries = std::to_array<std::pair<command_id, command_handler>>({
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
    {command_id::msetnx, run_msetnx},
    {command_id::setnx, run_setnx},
    {command_id::setex, run_setex},
    {command_id::psetex, run_psetex},
    {command_id::getset, run_getset},
    {command_id::getex, run_getex},
    {command_id::getdel, run_getdel},
    {command_id::append, run_append},
    {command_id::strlen, run_strlen},
    {command_id::getrange, run_getrange},
    {command_id::setrange, run_setrange},
    {command_id::setbit, run_setbit},
    {command_id::getbit, run_getbit},
    {command_id::bitcount, run_bitcount},
    {command_id::bitpos, run_bitpos},
    {command_id::bitop, run_bitop},
    {command_id::bitfield, run_bitfield},
    {command_id::bitfield_ro, run_bitfield_ro},
    {command_id::lcs, run_lcs},
    {command_id::incrbyfloat, run_incrbyfloat},
    {command_id::pexpire, run_pexpire},
    {command_id::expireat, run_expireat},
    {command_id::pexpireat, run_pexpireat},
    {command_id::expiretime, run_expiretime},
    {command_id::pexpiretime, run_pexpiretime},
    {command_id::touch, run_touch},
    {command_id::type, run_type},
    {command_id::rename, run_rename},
    {command_id::renamenx, run_renamenx},
    {command_id::copy, run_copy},
    {command_id::scan, run_scan},
    {command_id::keys, run_keys},
    {command_id::randomkey, run_randomkey},
    {command_id::object, run_object},
    {command_id::memory, run_memory},
    {command_id::time, run_time},
    {command_id::move, run_move},
    {command_id::swapdb, run_swapdb},
    {command_id::function, run_function},
    {command_id::substr, run_getrange},
    {command_id::unlink, run_del},
    {command_id::flushdb, run_flushall},
    {command_id::lease, run_lease},
});

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

bool is_about_data(const shared::command_spec& spec) noexcept {
    return has_command(spec) && !spec.has(shared::connection);
}

void run_command(const shared::command_spec& spec, words_view words, command_context& context) {
    handlers[static_cast<std::size_t>(spec.id)](words, context);
}

}  // namespace backend
