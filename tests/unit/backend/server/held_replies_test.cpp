#include "backend/server/held_replies.hpp"

#include <boost/test/unit_test.hpp>

using backend::held_replies;
using backend::not_confirmed;

BOOST_AUTO_TEST_SUITE(held_replies_test)

BOOST_AUTO_TEST_CASE(what_is_confirmed_leaves_as_it_was_in_order) {
    held_replies held;
    BOOST_TEST(held.empty());
    held.add("+OK\r\n", true);
    held.add("$1\r\nv\r\n", false);
    held.add(":2\r\n", true);
    BOOST_TEST(!held.empty());
    BOOST_TEST(held.size() == 16U);
    BOOST_TEST(held.take(true) == "+OK\r\n$1\r\nv\r\n:2\r\n");
    BOOST_TEST(held.empty());
    BOOST_TEST(held.size() == 0U);
}

BOOST_AUTO_TEST_CASE(without_confirmation_the_writes_alone_are_told_so) {
    const std::string told(not_confirmed);
    held_replies held;
    held.add("+OK\r\n", true);
    held.add("$1\r\nv\r\n", false);
    held.add(":2\r\n", true);
    held.add(":3\r\n", true);
    held.add("+PONG\r\n", false);
    BOOST_TEST(held.take(false) == told + "$1\r\nv\r\n" + told + told + "+PONG\r\n");
}

BOOST_AUTO_TEST_CASE(an_error_and_a_reply_that_is_not_wanted_stay_what_they_are) {
    held_replies held;
    held.add("-OOM no room\r\n", true);
    held.add("", true);
    BOOST_TEST(!held.empty());
    held.add("*1\r\n+OK\r\n", true);
    BOOST_TEST(held.take(false) == "-OOM no room\r\n" + std::string(not_confirmed));
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_not_told_again) {
    held_replies held;
    held.add("+OK\r\n", true);
    held.take(true);
    held.add("+PONG\r\n", false);
    BOOST_TEST(held.take(false) == "+PONG\r\n");
}

BOOST_AUTO_TEST_CASE(the_error_is_one_line_that_begins_with_its_word) {
    BOOST_TEST(not_confirmed.starts_with("-NOREPLICAS "));
    BOOST_TEST(not_confirmed.find("\r\n") == not_confirmed.size() - 2);
}

BOOST_AUTO_TEST_SUITE_END()
