#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(objects_test, command_fixture)

BOOST_AUTO_TEST_CASE(the_encoding_is_what_redis_would_choose) {
    for (const auto& [value, encoding] :
         {std::pair{std::string("12"), "int"}, std::pair{std::string("9223372036854775807"), "int"},
          std::pair{std::string("9223372036854775808"), "embstr"},
          std::pair{std::string("012"), "embstr"}, std::pair{std::string(44, 'a'), "embstr"},
          std::pair{std::string(45, 'a'), "raw"}, std::pair{std::string(), "embstr"}}) {
        BOOST_TEST_CONTEXT(value) {
            run({"SET", "k", value});
            BOOST_TEST(run("OBJECT ENCODING k") == bulk(encoding));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_idle_time_counts_from_the_last_change) {
    run("SET k v");
    BOOST_TEST(run("OBJECT IDLETIME k") == zero);
    now += 2500;
    BOOST_TEST(run("OBJECT IDLETIME k") == ":2\r\n");
    now -= 10'000;
    BOOST_TEST(run("OBJECT IDLETIME k") == zero);
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_not_told) {
    run("SET k v");
    BOOST_TEST(run("OBJECT REFCOUNT k") == one);
    BOOST_TEST(run("OBJECT FREQ k").starts_with("-ERR An LFU maxmemory policy is not selected"));
}

BOOST_AUTO_TEST_CASE(of_an_absent_key_nothing_is_known) {
    for (const auto line : {"OBJECT ENCODING k", "OBJECT FREQ k", "object idletime k",
                            "OBJECT REFCOUNT k", "MEMORY USAGE k"}) {
        BOOST_TEST(run(line) == null);
    }
    version = shared::protocol::resp3;
    BOOST_TEST(run("OBJECT ENCODING k") == "_\r\n");
    BOOST_TEST(run("MEMORY USAGE k") == "_\r\n");
}

BOOST_AUTO_TEST_CASE(asking_is_no_use_of_the_key) {
    run("SET k v");
    run("OBJECT ENCODING k");
    run("MEMORY USAGE k");
    BOOST_TEST(data.stats().hits == 0U);
}

BOOST_AUTO_TEST_CASE(unknown_subcommands_are_refused_as_redis_does) {
    BOOST_TEST(run("OBJECT nosuch") == "-ERR unknown subcommand 'nosuch'. Try OBJECT HELP.\r\n");
    BOOST_TEST(run("OBJECT FREQ") ==
               "-ERR wrong number of arguments for 'object|freq' command\r\n");
    BOOST_TEST(run("MEMORY nosuch") == "-ERR unknown subcommand 'nosuch'. Try MEMORY HELP.\r\n");
    BOOST_TEST(run("MEMORY DOCTOR") == "-ERR unknown subcommand 'DOCTOR'. Try MEMORY HELP.\r\n");
    BOOST_TEST(run("MEMORY USAGE") ==
               "-ERR wrong number of arguments for 'memory|usage' command\r\n");
}

BOOST_AUTO_TEST_CASE(help_is_given) {
    BOOST_TEST(run("OBJECT HELP").starts_with("*14\r\n+OBJECT <subcommand> "));
    BOOST_TEST(run("MEMORY HELP").starts_with("*5\r\n+MEMORY <subcommand> "));
}

BOOST_AUTO_TEST_CASE(memory_usage_grows_with_the_value_and_with_a_time) {
    const auto usage = [this](std::string_view key) {
        const auto reply = run({"MEMORY", "USAGE", key});
        BOOST_TEST_REQUIRE(reply.starts_with(":"));
        return std::stoi(reply.substr(1));
    };
    run("SET k v");
    const int small = usage("k");
    BOOST_TEST(small > 0);
    BOOST_TEST(small < 200);
    run("EXPIRE k 10");
    BOOST_TEST(usage("k") > small);
    run({"SET", "k", std::string(10'000, 'x')});
    BOOST_TEST(usage("k") > 10'000);
    BOOST_TEST(usage("k") < 10'500);
}

BOOST_AUTO_TEST_CASE(samples_must_be_a_number_and_change_nothing) {
    run("SET k v");
    BOOST_TEST(run("MEMORY USAGE k SAMPLES 5") == run("MEMORY USAGE k"));
    BOOST_TEST(run("MEMORY USAGE k SAMPLES 0 samples 1") == run("MEMORY USAGE k"));
    BOOST_TEST(run("MEMORY USAGE k SAMPLES") == syntax);
    BOOST_TEST(run("MEMORY USAGE k NOW") == syntax);
    BOOST_TEST(run("MEMORY USAGE k SAMPLES -1") == syntax);
    BOOST_TEST(run("MEMORY USAGE k SAMPLES x") == no_integer);
}

BOOST_AUTO_TEST_SUITE_END()
