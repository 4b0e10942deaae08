#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(rename_test, command_fixture)

BOOST_AUTO_TEST_CASE(rename_moves_value_and_time) {
    run("SET a v EX 10");
    run("SET b w EX 99");
    BOOST_TEST(run("RENAME a b") == ok);
    BOOST_TEST(run("EXISTS a") == zero);
    BOOST_TEST(run("GET b") == bulk("v"));
    BOOST_TEST(run("TTL b") == ":10\r\n");
    run("SET c x");
    BOOST_TEST(run("RENAME c b") == ok);
    BOOST_TEST(run("TTL b") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(renaming_needs_a_key) {
    constexpr std::string_view no_key = "-ERR no such key\r\n";
    BOOST_TEST(run("RENAME a b") == no_key);
    BOOST_TEST(run("RENAME a a") == no_key);
    BOOST_TEST(run("RENAMENX a b") == no_key);
    run("SET a v PX 5");
    now += 5;
    BOOST_TEST(run("RENAME a b") == no_key);
}

BOOST_AUTO_TEST_CASE(a_key_renamed_to_itself_stays) {
    run("SET a v EX 10");
    BOOST_TEST(run("RENAME a a") == ok);
    BOOST_TEST(run("RENAMENX a a") == zero);
    BOOST_TEST(run("GET a") == bulk("v"));
    BOOST_TEST(run("TTL a") == ":10\r\n");
}

BOOST_AUTO_TEST_CASE(renamenx_takes_free_names_alone) {
    run("MSET a 1 b 2");
    BOOST_TEST(run("RENAMENX a b") == zero);
    BOOST_TEST(run("MGET a b") == "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
    BOOST_TEST(run("RENAMENX a c") == one);
    BOOST_TEST(run("MGET a c") == "*2\r\n$-1\r\n$1\r\n1\r\n");
}

BOOST_AUTO_TEST_CASE(copy_leaves_the_source) {
    run("SET a v EX 10");
    BOOST_TEST(run("COPY a b") == one);
    BOOST_TEST(run("MGET a b") == "*2\r\n$1\r\nv\r\n$1\r\nv\r\n");
    BOOST_TEST(run("TTL b") == ":10\r\n");
    run("SET a w");
    BOOST_TEST(run("COPY a b") == zero);
    BOOST_TEST(run("GET b") == bulk("v"));
    BOOST_TEST(run("COPY a b REPLACE") == one);
    BOOST_TEST(run("GET b") == bulk("w"));
    BOOST_TEST(run("TTL b") == ":-1\r\n");
    BOOST_TEST(run("COPY none b replace") == zero);
    BOOST_TEST(run("GET b") == bulk("w"));
}

BOOST_AUTO_TEST_CASE(copy_stays_within_the_one_database) {
    run("SET a v");
    BOOST_TEST(run("COPY a b DB 0") == one);
    BOOST_TEST(run("COPY a c db 1") == "-ERR DB index is out of range\r\n");
    BOOST_TEST(run("COPY a c DB x") == no_integer);
    BOOST_TEST(run("COPY a c DB 2147483648") ==
               "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
    BOOST_TEST(run("EXISTS c") == zero);
}

BOOST_AUTO_TEST_CASE(copy_refuses_what_makes_no_sense) {
    run("SET a v");
    BOOST_TEST(run("COPY a a") == "-ERR source and destination objects are the same\r\n");
    BOOST_TEST(run("COPY a b DB") == syntax);
    BOOST_TEST(run("COPY a b now") == syntax);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_under_the_other_name_stays, tight_fixture) {
    const std::string long_key(40UL << 10U, 'k');
    const std::string large(20UL << 10U, 'x');
    run({"SET", "a", large});
    BOOST_TEST(run({"RENAME", "a", long_key}) == oom);
    BOOST_TEST(run({"COPY", "a", long_key}) == oom);
    BOOST_TEST((run("GET a") == bulk(large)));
}

BOOST_AUTO_TEST_SUITE_END()
