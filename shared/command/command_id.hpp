// The commands by name, for code that tells one from another; a subcommand has an id of its own.
// Pure and constant.
#pragma once

#include <cstdint>

namespace shared {

// clang-format off
/// The commands of Redis 7.0 by name, our own behind them, and the subcommands that are routed each
/// in its own way.
enum class command_id : std::uint16_t {
    acl, append, asking, auth, bgrewriteaof, bgsave, bitcount, bitfield, bitfield_ro, bitop,
    bitpos, blmove, blmpop, blpop, brpop, brpoplpush, bzmpop, bzpopmax, bzpopmin, client,
    cluster, command, config, copy, dbsize, debug, decr, decrby, del, discard, dump, echo, eval,
    eval_ro, evalsha, evalsha_ro, exec, exists, expire, expireat, expiretime, failover, fcall,
    fcall_ro, flushall, flushdb, function, geoadd, geodist, geohash, geopos, georadius,
    georadius_ro, georadiusbymember, georadiusbymember_ro, geosearch, geosearchstore, get,
    getbit, getdel, getex, getrange, getset, hdel, hello, hexists, hget, hgetall, hincrby,
    hincrbyfloat, hkeys, hlen, hmget, hmset, hrandfield, hscan, hset, hsetnx, hstrlen, hvals,
    incr, incrby, incrbyfloat, info, keys, lastsave, latency, lcs, lindex, linsert, llen, lmove,
    lmpop, lolwut, lpop, lpos, lpush, lpushx, lrange, lrem, lset, ltrim, memory, mget, migrate,
    module, monitor, move, mset, msetnx, multi, object, persist, pexpire, pexpireat,
    pexpiretime, pfadd, pfcount, pfdebug, pfmerge, pfselftest, ping, psetex, psubscribe, psync,
    pttl, publish, pubsub, punsubscribe, quit, randomkey, readonly, readwrite, rename, renamenx,
    replconf, replicaof, reset, restore, restore_asking, role, rpop, rpoplpush, rpush, rpushx,
    sadd, save, scan, scard, script, sdiff, sdiffstore, select, set, setbit, setex, setnx,
    setrange, shutdown, sinter, sintercard, sinterstore, sismember, slaveof, slowlog, smembers,
    smismember, smove, sort, sort_ro, spop, spublish, srandmember, srem, sscan, ssubscribe,
    strlen, subscribe, substr, sunion, sunionstore, sunsubscribe, swapdb, sync, time, touch,
    ttl, type, unlink, unsubscribe, unwatch, wait, watch, xack, xadd, xautoclaim, xclaim, xdel,
    xgroup, xinfo, xlen, xpending, xrange, xread, xreadgroup, xrevrange, xsetid, xtrim, zadd,
    zcard, zcount, zdiff, zdiffstore, zincrby, zinter, zintercard, zinterstore, zlexcount,
    zmpop, zmscore, zpopmax, zpopmin, zrandmember, zrange, zrangebylex, zrangebyscore,
    zrangestore, zrank, zrem, zremrangebylex, zremrangebyrank, zremrangebyscore, zrevrange,
    zrevrangebylex, zrevrangebyscore, zrevrank, zscan, zscore, zunion, zunionstore, partner, proxy,
    post, host, lease, object_encoding, object_freq, object_help, object_idletime, object_refcount,
    memory_doctor, memory_help, memory_malloc_stats, memory_purge, memory_stats, memory_usage,
    xinfo_consumers, xinfo_groups, xinfo_help, xinfo_stream, xgroup_create,
    xgroup_createconsumer, xgroup_delconsumer, xgroup_destroy, xgroup_help, xgroup_setid,
    script_debug, script_exists, script_flush, script_help, script_kill, script_load, lease_drop, lease_get,
    lease_help, lease_set, count
};
// clang-format on

}  // namespace shared
