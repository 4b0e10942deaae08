#include "server_fixture.hpp"

using backend::test::server_fixture;

namespace {

std::string failed(std::string_view name, std::string_view why) {
    return "-ERR CONFIG SET failed (possibly related to argument '" + std::string(name) + "') - " +
           std::string(why) + "\r\n";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(live_config_test, server_fixture)

BOOST_AUTO_TEST_CASE(several_parameters_are_set_at_once) {
    BOOST_TEST(run("CONFIG SET maxmemory 2mb SLOWLOG-max-len 7 slowlog-log-slower-than -1") ==
               "+OK\r\n");
    BOOST_TEST(memory == 2UL << 20U);
    BOOST_TEST(server.slow.capacity() == 7U);
    BOOST_TEST(server.slow.threshold() == -1);
    BOOST_TEST(run("CONFIG SET timeout 9 maxclients 5 latency-monitor-threshold 3") == "+OK\r\n");
    BOOST_TEST(server.idle_timeout == 9);
    BOOST_TEST(server.most_clients == 5U);
    BOOST_TEST(server.latency.threshold() == 3);
}

BOOST_AUTO_TEST_CASE(all_or_none_is_changed) {
    BOOST_TEST(run("CONFIG SET slowlog-max-len 4 nosuch 5") ==
               "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'\r\n");
    BOOST_TEST(run("CONFIG SET slowlog-max-len 5 slowlog-max-len 6") ==
               failed("slowlog-max-len", "duplicate parameter"));
    BOOST_TEST(server.slow.capacity() == 128U);
    BOOST_TEST(run("CONFIG SET a b c") == "-ERR syntax error\r\n");
    BOOST_TEST(run("CONFIG SET foo") ==
               "-ERR wrong number of arguments for 'config|set' command\r\n");
}

BOOST_AUTO_TEST_CASE(values_are_checked_as_redis_does) {
    constexpr std::string_view no_integer = "argument couldn't be parsed into an integer";
    constexpr std::string_view no_memory = "argument must be a memory value";
    BOOST_TEST(run("CONFIG SET maxclients x") == failed("maxclients", no_integer));
    BOOST_TEST(run("CONFIG SET maxclients 0") ==
               failed("maxclients", "argument must be between 1 and 4294967295 inclusive"));
    BOOST_TEST(run("CONFIG SET timeout -1") ==
               failed("timeout", "argument must be between 0 and 2147483647 inclusive"));
    BOOST_TEST(run("CONFIG SET slowlog-log-slower-than -5") ==
               failed("slowlog-log-slower-than",
                      "argument must be between -1 and 9223372036854775807 inclusive"));
    for (const auto line : {"CONFIG SET maxmemory 1mbx", "CONFIG SET maxmemory -1",
                            "CONFIG SET maxmemory 99999999999gb", "CONFIG SET maxmemory mb"})
        BOOST_TEST(run(line) == failed("maxmemory", no_memory));
    BOOST_TEST(run("CONFIG SET maxmemory 1000").find("must be between 1048576") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(memory_has_the_units_of_redis) {
    for (const auto& [text, bytes] : std::vector<std::pair<const char*, std::uint64_t>>{
             {"CONFIG SET maxmemory 2000000", 2'000'000},
             {"CONFIG SET maxmemory 2000000b", 2'000'000},
             {"CONFIG SET maxmemory 2000k", 2'000'000},
             {"CONFIG SET maxmemory 2048KB", 2UL << 20U},
             {"CONFIG SET maxmemory 2m", 2'000'000},
             {"CONFIG SET maxmemory 1g", 1'000'000'000},
             {"CONFIG SET maxmemory 1Gb", 1UL << 30U}}) {
        BOOST_TEST(run(text) == "+OK\r\n");
        BOOST_TEST(memory == bytes);
    }
}

BOOST_AUTO_TEST_CASE(what_is_fixed_may_be_set_to_what_it_is) {
    const std::vector<std::string_view> nothing_saved{"CONFIG", "SET",        "save",
                                                      "",       "appendonly", "no"};
    BOOST_TEST(run(nothing_saved) == "+OK\r\n");
    BOOST_TEST(run("CONFIG SET port 1") == failed("port", "can't set immutable config"));
    BOOST_TEST(run("CONFIG SET appendonly yes") ==
               failed("appendonly", "can't set immutable config"));
}

BOOST_AUTO_TEST_CASE(the_rest_of_config) {
    BOOST_TEST(run("CONFIG RESETSTAT") == "+OK\r\n");
    BOOST_TEST(resets == 1);
    BOOST_TEST(run("CONFIG REWRITE").starts_with("-ERR CONFIG REWRITE is not supported"));
    BOOST_TEST(run("CONFIG GET port") == "*2\r\n$4\r\nport\r\n$4\r\n7401\r\n");
    BOOST_TEST(run("CONFIG foo") == "-ERR unknown subcommand 'foo'. Try CONFIG HELP.\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
