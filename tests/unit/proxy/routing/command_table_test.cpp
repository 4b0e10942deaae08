#include "proxy/routing/command_table.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

using proxy::route;

namespace {

const shared::command_spec& spec_of(std::string_view name) {
    const auto* spec = shared::find_command(name);
    BOOST_TEST_REQUIRE(spec != nullptr);
    return *spec;
}

bool idempotent(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    const std::vector<std::string_view> views(words.begin(), words.end());
    return proxy::is_idempotent(spec_of(views[0]), views);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_table_test)

BOOST_AUTO_TEST_CASE(commands_have_their_routes) {
    const std::map<std::string_view, route> some{
        {"ping", route::locally},
        {"select", route::locally},
        {"get", route::to_key},
        {"hset", route::to_key},
        {"xadd", route::to_key},
        {"georadius_ro", route::to_key},
        {"mget", route::split_values},
        {"del", route::split_sum},
        {"unlink", route::split_sum},
        {"touch", route::split_sum},
        {"exists", route::split_sum},
        {"mset", route::split_ok},
        {"msetnx", route::to_keys},
        {"rename", route::to_keys},
        {"sunionstore", route::to_keys},
        {"zunion", route::to_keys},
        {"eval", route::to_keys},
        {"xread", route::to_keys},
        {"sort", route::to_keys},
        {"bitop", route::to_keys},
        {"pfcount", route::to_keys},
        {"dbsize", route::everywhere_sum},
        {"flushall", route::everywhere_ok},
        {"flushdb", route::everywhere_ok},
        {"randomkey", route::everywhere_any},
        {"keys", route::everywhere_list},
        {"scan", route::walk},
        {"object", route::by_subcommand},
        {"partner", route::refused},
    };
    for (const auto& [name, path] : some) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST((proxy::route_of(spec_of(name)) == path));
        }
    }
}

BOOST_AUTO_TEST_CASE(subcommands_have_routes_of_their_own) {
    const std::map<std::vector<std::string_view>, route> some{
        {{"object", "freq", "k"}, route::to_key},
        {{"memory", "usage", "k"}, route::to_key},
        {{"memory", "doctor"}, route::refused},
        {{"xgroup", "create", "s", "g", "$"}, route::to_key},
        {{"xinfo", "groups", "s"}, route::to_key},
        {{"script", "load", "return 1"}, route::everywhere_same},
        {{"script", "flush"}, route::everywhere_ok},
        {{"script", "exists", "x"}, route::refused},
    };
    for (const auto& [words, path] : some) {
        BOOST_TEST_CONTEXT(words[0] << " " << words[1]) {
            const auto* spec = shared::find_request(words);
            BOOST_TEST_REQUIRE(spec != nullptr);
            BOOST_TEST((proxy::route_of(*spec) == path));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_blocks_binds_or_administers_is_refused) {
    for (const auto* name :
         {"multi",      "exec",     "discard",   "watch",      "unwatch",    "blpop",
          "brpop",      "blmove",   "blmpop",    "bzpopmin",   "bzpopmax",   "bzmpop",
          "brpoplpush", "wait",     "subscribe", "psubscribe", "ssubscribe", "unsubscribe",
          "publish",    "spublish", "pubsub",    "monitor",    "cluster",    "replicaof",
          "slaveof",    "shutdown", "debug",     "save",       "bgsave",     "move",
          "swapdb",     "acl",      "migrate",   "sync",       "psync",      "failover",
          "module",     "latency",  "slowlog",   "function",   "role",       "reset"}) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST((proxy::route_of(spec_of(name)) == route::refused));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_goes_everywhere_makes_the_client_wait) {
    BOOST_TEST(proxy::goes_everywhere(route::everywhere_sum));
    BOOST_TEST(proxy::goes_everywhere(route::everywhere_list));
    BOOST_TEST(!proxy::goes_everywhere(route::split_ok));
    BOOST_TEST(!proxy::goes_everywhere(route::walk));
    BOOST_TEST(!proxy::goes_everywhere(route::refused));
}

BOOST_AUTO_TEST_CASE(what_goes_to_its_key_has_exactly_one) {
    for (const auto& spec : shared::all_commands()) {
        if (proxy::route_of(spec) != route::to_key) continue;
        BOOST_TEST_CONTEXT(spec.name) {
            BOOST_TEST(int{spec.first_key} == 1);
            BOOST_TEST(int{spec.last_key} == 1);
            BOOST_TEST((spec.keys == shared::key_finder::positions));
        }
    }
}

BOOST_AUTO_TEST_CASE(refusals_name_the_command_and_the_reason) {
    using shared::key_search;
    BOOST_TEST(proxy::refusal_text(spec_of("multi")) ==
               "ERR 'multi' is not supported through the proxy");
    BOOST_TEST(proxy::apart_text(spec_of("msetnx")) ==
               "ERR the keys of 'msetnx' lie on different backends: give them a common hash tag");
    BOOST_TEST(proxy::unroutable_text(spec_of("eval"), key_search::none) ==
               "ERR 'eval' without keys is not supported through the proxy");
    BOOST_TEST(proxy::unroutable_text(spec_of("xread"), key_search::blocking) ==
               "ERR 'xread' with BLOCK is not supported through the proxy");
    BOOST_TEST(proxy::unroutable_text(spec_of("zunion"), key_search::malformed) ==
               "ERR syntax error");
    BOOST_TEST(proxy::unroutable_text(spec_of("msetnx"), key_search::malformed) ==
               "ERR wrong number of arguments for 'msetnx' command");
}

BOOST_AUTO_TEST_CASE(what_is_split_has_a_distance_between_its_keys) {
    for (const auto* name : {"mget", "del", "unlink", "touch", "exists", "mset"}) {
        BOOST_TEST(int{spec_of(name).first_key} == 1);
        BOOST_TEST(int{spec_of(name).step} >= 1);
    }
}

BOOST_AUTO_TEST_CASE(reads_and_plain_writes_may_be_sent_twice) {
    for (const auto* line :
         {"GET k",         "MGET a b",          "EXISTS a",          "TTL k",
          "SET k v",       "SET k v EX 60",     "SET k v KEEPTTL",   "DEL a b",
          "MSET a 1 b 2",  "EXPIRE k 10",       "PERSIST k",         "FLUSHALL",
          "DBSIZE",        "HSET h f v",        "SADD s a",          "ZADD z 1 a",
          "HGETALL h",     "UNLINK a",          "TOUCH a",           "SETEX k 10 v",
          "EXPIREAT k 99", "SINTERSTORE d a b", "SUNIONSTORE d d a", "PFADD p a",
          "PFMERGE d d a", "SETRANGE k 3 v"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(counting_may_not_be_sent_twice) {
    for (const auto* line : {"INCR k", "DECR k", "INCRBY k 5", "ZINCRBY z 1 a", "HINCRBY h f 1"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_takes_its_result_from_what_it_overwrites_may_not_be_sent_twice) {
    for (const auto* line :
         {"SDIFFSTORE b a b", "ZDIFFSTORE b 2 a b", "ZUNIONSTORE a 2 a b", "ZINTERSTORE a 2 a b",
          "ZRANGESTORE a a 1 2", "BITOP XOR a a b", "BITOP NOT a a", "SORT a STORE a", "COPY a b",
          "GEORADIUS a 1 2 3 km STORE a", "GEOSEARCHSTORE a a FROMMEMBER m BYRADIUS 1 km",
          "SMOVE a b m", "RENAME a b", "LMOVE a a LEFT RIGHT", "GETSET k v", "SETBIT k 1 1",
          "BITFIELD k INCRBY u8 0 1"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_finds_its_place_by_counting_may_not_be_sent_twice) {
    // What others push or add meanwhile moves the place.
    for (const auto* line : {"LSET l 0 v", "LTRIM l 1 -1", "LREM l 1 v", "LINSERT l BEFORE a b",
                             "ZREMRANGEBYRANK z 0 0"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_write_with_a_condition_may_not_be_sent_twice) {
    for (const auto* line :
         {"SET k v NX", "SET k v xx", "SET k v EX 10 Get", "SET k v NX EX 10", "EXPIRE k 10 NX",
          "EXPIRE k 10 gt", "EXPIRE k 10 LT", "ZADD z INCR 1 a", "ZADD z nx 1 a", "ZADD z CH 1 a",
          "GEOADD g XX 1 2 a", "PEXPIREAT k 10 NX", "SET k v IFEQ w", "SET k v EX 9 ifeq w",
          "SET k v IFNE w", "SET k v IFDEQ 0123456789abcdef", "SET k v IFDNE 0123456789abcdef"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(keys_and_values_that_look_like_conditions_are_none) {
    for (const auto* line : {"SET nx xx", "SET get get", "MGET nx xx get", "DEL nx get",
                             "MSET nx get xx lt", "EXPIRE nx 10", "GET get"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
