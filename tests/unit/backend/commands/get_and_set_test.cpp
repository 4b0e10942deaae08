#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(get_and_set_test, command_fixture)

BOOST_AUTO_TEST_CASE(setnx_sets_new_keys_alone) {
    BOOST_TEST(run("SETNX k a") == one);
    BOOST_TEST(run("SETNX k b") == zero);
    BOOST_TEST(run("GET k") == bulk("a"));
    run("SET x v PX 5");
    now += 5;
    BOOST_TEST(run("SETNX x w") == one);
    BOOST_TEST(run("TTL x") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(setex_and_psetex_set_value_and_time) {
    BOOST_TEST(run("SETEX k 10 v") == ok);
    BOOST_TEST(run("PTTL k") == ":10000\r\n");
    BOOST_TEST(run("PSETEX k 1500 w") == ok);
    BOOST_TEST(run("PTTL k") == ":1500\r\n");
    BOOST_TEST(run("GET k") == bulk("w"));
}

BOOST_AUTO_TEST_CASE(setex_and_psetex_take_positive_times_alone) {
    for (const auto number : not_numbers) {
        BOOST_TEST(run({"SETEX", "k", number, "v"}) == no_integer);
        BOOST_TEST(run({"PSETEX", "k", number, "v"}) == no_integer);
    }
    for (const auto time : {"0", "-1", "9223372036854775807"}) {
        BOOST_TEST(run({"SETEX", "k", time, "v"}) ==
                   "-ERR invalid expire time in 'setex' command\r\n");
        BOOST_TEST(run({"PSETEX", "k", time, "v"}) ==
                   "-ERR invalid expire time in 'psetex' command\r\n");
    }
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(getset_answers_the_old_value_and_clears_the_time) {
    BOOST_TEST(run("GETSET k a") == null);
    run("EXPIRE k 10");
    BOOST_TEST(run("GETSET k b") == bulk("a"));
    BOOST_TEST(run("GET k") == bulk("b"));
    BOOST_TEST(run("TTL k") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(getex_without_options_is_get) {
    BOOST_TEST(run("GETEX k") == null);
    run("SET k v EX 10");
    BOOST_TEST(run("GETEX k") == bulk("v"));
    BOOST_TEST(run("TTL k") == ":10\r\n");
}

BOOST_AUTO_TEST_CASE(getex_sets_and_removes_the_time) {
    run("SET k v");
    for (const auto line : {"GETEX k EX 10", "GETEX k px 10000", "GETEX k EXAT 1700000010",
                            "GETEX k PXAT 1700000010000", "GETEX k EX 5 EX 10"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == bulk("v"));
            BOOST_TEST(run("PTTL k") == ":10000\r\n");
            BOOST_TEST(run("GETEX k PERSIST") == bulk("v"));
            BOOST_TEST(run("TTL k") == ":-1\r\n");
        }
    }
}

BOOST_AUTO_TEST_CASE(getex_of_a_time_that_has_passed_answers_and_deletes) {
    run("SET k v");
    BOOST_TEST(run("GETEX k EXAT 1") == bulk("v"));
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(getex_options_that_contradict_each_other_are_syntax_errors) {
    run("SET k v");
    for (const auto line :
         {"GETEX k EX", "GETEX k EX 1 PX 1", "GETEX k PERSIST EX 1", "GETEX k EX 1 PERSIST",
          "GETEX k KEEPTTL", "GETEX k NX", "GETEX absent EX"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == syntax);
        }
    }
}

BOOST_AUTO_TEST_CASE(getex_looks_at_the_time_only_when_there_is_a_key) {
    BOOST_TEST(run("GETEX k EX x") == null);
    run("SET k v");
    BOOST_TEST(run("GETEX k EX x") == no_integer);
    BOOST_TEST(run("GETEX k EX 0") == "-ERR invalid expire time in 'getex' command\r\n");
    BOOST_TEST(run("GET k") == bulk("v"));
}

BOOST_AUTO_TEST_CASE(getdel_answers_and_deletes) {
    BOOST_TEST(run("GETDEL k") == null);
    run("SET k v");
    BOOST_TEST(run("GETDEL k") == bulk("v"));
    BOOST_TEST(run("EXISTS k") == zero);
    version = shared::protocol::resp3;
    BOOST_TEST(run("GETDEL k") == "_\r\n");
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_is_refused_and_changes_nothing, tight_fixture) {
    const std::string large(64UL << 10U, 'x');
    run("SET k v");
    BOOST_TEST(run({"SETNX", "new", large}) == oom);
    BOOST_TEST(run({"SETEX", "k", "10", large}) == oom);
    BOOST_TEST(run({"GETSET", "k", large}) == oom);
    BOOST_TEST(run({"MSETNX", "a", "1", "b", large}) == oom);
    BOOST_TEST(run("EXISTS new a b") == zero);
    BOOST_TEST(run("GET k") == bulk("v"));
    BOOST_TEST(run("TTL k") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(msetnx_sets_all_or_none) {
    BOOST_TEST(run("MSETNX a 1 b 2") == one);
    BOOST_TEST(run("MSETNX c 3 a 4") == zero);
    BOOST_TEST(run("MGET a b c") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n");
    BOOST_TEST(run("MSETNX d 1 d 2") == one);
    BOOST_TEST(run("GET d") == bulk("2"));
    BOOST_TEST(run("MSETNX e 1 f") == "-ERR wrong number of arguments for 'msetnx' command\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
