#include "tests/unit/backend/commands/fixture.hpp"

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(keyspace_test, command_fixture)

BOOST_AUTO_TEST_CASE(del_counts_the_keys_it_removed) {
    run("MSET a 1 b 2 c 3");
    BOOST_TEST(run("DEL a x b a") == ":2\r\n");
    BOOST_TEST(run("MGET a b c") == "*3\r\n$-1\r\n$-1\r\n$1\r\n3\r\n");
}

BOOST_AUTO_TEST_CASE(del_does_not_count_what_has_expired) {
    run("SET a 1 PX 10");
    now += 10;
    BOOST_TEST(run("DEL a") == zero);
}

BOOST_AUTO_TEST_CASE(exists_counts_a_key_as_often_as_it_is_named) {
    run("SET a 1");
    BOOST_TEST(run("EXISTS a x a") == ":2\r\n");
    BOOST_TEST(run("EXISTS x") == zero);
}

BOOST_AUTO_TEST_CASE(unlink_is_del) {
    run("MSET a 1 b 2");
    BOOST_TEST(run("UNLINK a x a") == one);
    BOOST_TEST(run("EXISTS a b") == one);
}

BOOST_AUTO_TEST_CASE(touch_counts_and_uses) {
    run("MSET a 1 b 2");
    BOOST_TEST(run("TOUCH a x b a") == ":3\r\n");
    BOOST_TEST(data.stats().hits == 3U);
    BOOST_TEST(data.stats().misses == 1U);
}

BOOST_AUTO_TEST_CASE(a_key_that_exists_is_a_string) {
    BOOST_TEST(run("TYPE a") == "+none\r\n");
    run("SET a 1 PX 5");
    BOOST_TEST(run("TYPE a") == "+string\r\n");
    now += 5;
    BOOST_TEST(run("TYPE a") == "+none\r\n");
}

BOOST_AUTO_TEST_CASE(dbsize_counts_the_keys) {
    BOOST_TEST(run("DBSIZE") == zero);
    run("MSET a 1 b 2 a 3");
    BOOST_TEST(run("DBSIZE") == ":2\r\n");
    run("DEL a");
    BOOST_TEST(run("DBSIZE") == one);
}

BOOST_AUTO_TEST_CASE(flushall_removes_everything) {
    for (const auto line :
         {"FLUSHALL", "FLUSHALL ASYNC", "flushall sync", "FLUSHDB", "FLUSHDB async"}) {
        BOOST_TEST_CONTEXT(line) {
            run("MSET a 1 b 2");
            BOOST_TEST(run(line) == ok);
            BOOST_TEST(run("EXISTS a b") == zero);
            BOOST_TEST(run("DBSIZE") == zero);
        }
    }
}

BOOST_AUTO_TEST_CASE(flushall_knows_no_other_word) {
    run("SET a 1");
    BOOST_TEST(run("FLUSHALL now") == syntax);
    BOOST_TEST(run("FLUSHALL async sync") == syntax);
    BOOST_TEST(run("FLUSHDB now") == syntax);
    BOOST_TEST(run("EXISTS a") == one);
}

BOOST_AUTO_TEST_SUITE_END()
