#include "proxy/frontend/reply_window.hpp"

#include <boost/test/unit_test.hpp>

using proxy::reply_window;

BOOST_AUTO_TEST_SUITE(reply_window_tests)

BOOST_AUTO_TEST_CASE(it_begins_small_and_grows_by_one_with_each_small_reply) {
    reply_window window;
    BOOST_TEST(window.is_open(reply_window::first - 1));
    BOOST_TEST(!window.is_open(reply_window::first));
    for (std::size_t i = 1; i <= 100; ++i) {
        window.on_reply(64);
        BOOST_TEST(window.size() == reply_window::first + i);
    }
}

BOOST_AUTO_TEST_CASE(it_never_grows_beyond_its_most) {
    reply_window window(700);
    for (int i = 0; i < 5000; ++i) window.on_reply(5);
    BOOST_TEST(window.size() == 700U);
    BOOST_TEST(reply_window(3).size() == 3U);
}

BOOST_AUTO_TEST_CASE(one_large_reply_closes_it_to_what_the_budget_allows) {
    reply_window window;
    for (int i = 0; i < 2000; ++i) window.on_reply(64);
    window.on_reply(256 * 1024);
    BOOST_TEST(window.size() == 16U);
    window.on_reply(100UL * 1024 * 1024);
    BOOST_TEST(window.size() == 1U);
    BOOST_TEST(window.is_open(0));
}

BOOST_AUTO_TEST_CASE(small_replies_open_it_again) {
    reply_window window(1024);
    window.on_reply(100UL * 1024 * 1024);
    for (int i = 0; i < 3000; ++i) window.on_reply(64);
    BOOST_TEST(window.size() == 1024U);
}

BOOST_AUTO_TEST_CASE(a_reply_of_many_values_counts_as_many) {
    reply_window window;
    window.on_reply(500UL * 1024, 500);
    BOOST_TEST(window.size() == reply_window::first + 500);
    window.on_reply(500UL * 1024 * 1024, 500);
    BOOST_TEST(window.size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
