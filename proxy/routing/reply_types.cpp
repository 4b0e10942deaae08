#include "proxy/routing/reply_types.hpp"

#include <array>

namespace proxy {
namespace {

using cid = shared::command_id;

constexpr cid with_status[] = {cid::mset,  cid::flushall, cid::flushdb, cid::rename,
                               cid::ltrim, cid::lset,     cid::setex,   cid::psetex,
                               cid::hmset, cid::type,     cid::pfmerge, cid::restore};

constexpr cid with_integer[] = {
    cid::del,        cid::unlink,      cid::exists,     cid::touch,       cid::incr,
    cid::decr,       cid::incrby,      cid::decrby,     cid::append,      cid::strlen,
    cid::setnx,      cid::msetnx,      cid::setrange,   cid::getbit,      cid::setbit,
    cid::bitcount,   cid::bitpos,      cid::bitop,      cid::expire,      cid::pexpire,
    cid::expireat,   cid::pexpireat,   cid::expiretime, cid::pexpiretime, cid::ttl,
    cid::pttl,       cid::persist,     cid::dbsize,     cid::renamenx,    cid::copy,
    cid::hset,       cid::hsetnx,      cid::hdel,       cid::hlen,        cid::hexists,
    cid::hincrby,    cid::hstrlen,     cid::lpush,      cid::rpush,       cid::lpushx,
    cid::rpushx,     cid::llen,        cid::linsert,    cid::lrem,        cid::sadd,
    cid::srem,       cid::scard,       cid::sismember,  cid::smove,       cid::sunionstore,
    cid::sdiffstore, cid::sinterstore, cid::zcard,      cid::zcount,      cid::zlexcount,
    cid::zrem,       cid::pfadd,       cid::pfcount,    cid::xlen,        cid::xdel,
    cid::xack};

constexpr cid with_bulk[] = {cid::get,         cid::getset, cid::getdel,       cid::getex,
                             cid::incrbyfloat, cid::hget,   cid::hincrbyfloat, cid::getrange,
                             cid::substr,      cid::dump,   cid::randomkey,    cid::lindex,
                             cid::zscore};

constexpr cid with_array[] = {cid::mget,       cid::hgetall,  cid::hkeys,   cid::hvals,  cid::hmget,
                              cid::lrange,     cid::smembers, cid::sinter,  cid::sunion, cid::sdiff,
                              cid::smismember, cid::keys,     cid::scan,    cid::sscan,  cid::hscan,
                              cid::zscan,      cid::zrange,   cid::zmscore, cid::geopos};

using type_table = std::array<reply_types, static_cast<std::size_t>(cid::count)>;

constexpr type_table types = [] {
    type_table table{};
    table.fill(any_reply);
    const auto fill = [&table](const auto& ids, reply_types what) {
        for (const auto id : ids) table[static_cast<std::size_t>(id)] = what;
    };
    fill(with_status, status);
    fill(with_integer, integer);
    fill(with_bulk, bulk);
    fill(with_array, array);
    table[static_cast<std::size_t>(cid::set)] =
        status | bulk;  // NX, XX and GET give a value or none
    return table;
}();

}  // namespace

reply_types types_of(const shared::command_spec& spec) noexcept {
    return types[static_cast<std::size_t>(spec.id)];
}

}  // namespace proxy
