#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(ranges_test, command_fixture)

BOOST_AUTO_TEST_CASE(append_lengthens_a_value_and_keeps_its_time) {
    BOOST_TEST(run("APPEND k hello") == ":5\r\n");
    run("EXPIRE k 10");
    BOOST_TEST(run({"APPEND", "k", " world"}) == ":11\r\n");
    BOOST_TEST(run("GET k") == bulk("hello world"));
    BOOST_TEST(run("TTL k") == ":10\r\n");
    BOOST_TEST(run({"APPEND", "empty", ""}) == zero);
    BOOST_TEST(run("EXISTS empty") == one);
}

BOOST_AUTO_TEST_CASE(strlen_counts_bytes) {
    BOOST_TEST(run("STRLEN k") == zero);
    run({"SET", "k", std::string_view("\0\xff\r\n", 4)});
    BOOST_TEST(run("STRLEN k") == ":4\r\n");
    BOOST_TEST(data.stats().hits == 1U);
    BOOST_TEST(data.stats().misses == 1U);
}

BOOST_AUTO_TEST_CASE(getrange_cuts_out_what_lies_within) {
    run({"SET", "k", "This is a string"});
    for (const auto& [line, part] :
         {std::pair{"GETRANGE k 0 3", "This"}, std::pair{"GETRANGE k -3 -1", "ing"},
          std::pair{"SUBSTR k 0 -1", "This is a string"}, std::pair{"GETRANGE k 10 100", "string"},
          std::pair{"GETRANGE k 5 2", ""}, std::pair{"GETRANGE k -1 -5", ""},
          std::pair{"GETRANGE k -100 0", "T"}, std::pair{"GETRANGE k 100 200", ""},
          std::pair{"GETRANGE k 0 -100", "T"}, std::pair{"GETRANGE absent 0 -1", ""},
          std::pair{"GETRANGE k -9223372036854775808 9223372036854775807", "This is a string"}}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == bulk(part));
        }
    }
}

BOOST_AUTO_TEST_CASE(getrange_of_an_empty_value_is_empty) {
    run({"SET", "k", ""});
    BOOST_TEST(run("GETRANGE k 0 0") == bulk(""));
    BOOST_TEST(run("GETRANGE k -1 -1") == bulk(""));
}

BOOST_AUTO_TEST_CASE(indices_must_be_numbers) {
    for (const auto number : not_numbers) {
        BOOST_TEST(run({"GETRANGE", "k", number, "1"}) == no_integer);
        BOOST_TEST(run({"GETRANGE", "k", "1", number}) == no_integer);
        BOOST_TEST(run({"SETRANGE", "k", number, "x"}) == no_integer);
    }
    BOOST_TEST(run("SETRANGE k -1 x") == "-ERR offset is out of range\r\n");
}

BOOST_AUTO_TEST_CASE(setrange_overwrites_lengthens_and_fills_with_zeros) {
    run("SET k Hello EX 10");
    BOOST_TEST(run("SETRANGE k 1 ipp") == ":5\r\n");
    BOOST_TEST(run("GET k") == bulk("Hippo"));
    BOOST_TEST(run("TTL k") == ":10\r\n");
    BOOST_TEST(run("SETRANGE k 4 world") == ":9\r\n");
    BOOST_TEST(run("GET k") == bulk("Hippworld"));
    BOOST_TEST(run("SETRANGE new 2 x") == ":3\r\n");
    BOOST_TEST(run("GET new") == bulk(std::string_view("\0\0x", 3)));
}

BOOST_AUTO_TEST_CASE(setrange_of_nothing_changes_nothing) {
    BOOST_TEST(run({"SETRANGE", "k", "1000", ""}) == zero);
    BOOST_TEST(run("EXISTS k") == zero);
    run("SET k abc");
    BOOST_TEST(run({"SETRANGE", "k", "9223372036854775807", ""}) == ":3\r\n");
}

BOOST_AUTO_TEST_CASE(no_value_grows_beyond_the_limit) {
    longest_value = 10;
    BOOST_TEST(run("SETRANGE k 9 x") == ":10\r\n");
    BOOST_TEST(run("SETRANGE k 10 x") == too_long);
    BOOST_TEST(run("SETRANGE absent 9223372036854775807 x") == too_long);
    BOOST_TEST(run("APPEND k x") == too_long);
    BOOST_TEST(run("STRLEN k") == ":10\r\n");
    BOOST_TEST(run("EXISTS absent") == zero);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_is_refused_and_changes_nothing, tight_fixture) {
    const std::string large(64UL << 10U, 'x');
    run("SET k v");
    BOOST_TEST(run({"APPEND", "k", large}) == oom);
    BOOST_TEST(run({"APPEND", "new", large}) == oom);
    BOOST_TEST(run("SETRANGE k 65536 x") == oom);
    BOOST_TEST(run("SETBIT k 524288 1") == oom);
    BOOST_TEST(run("GET k") == bulk("v"));
    BOOST_TEST(run("EXISTS new") == zero);
}

BOOST_AUTO_TEST_SUITE_END()
