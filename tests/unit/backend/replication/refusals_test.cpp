#include "backend/replication/refusals.hpp"

#include <boost/test/unit_test.hpp>

using backend::refusals;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(refusals_test)

const shared::steady_time start{1h};

BOOST_AUTO_TEST_CASE(a_refusal_is_told_once_in_a_while_with_the_number_of_the_others) {
    refusals all;
    BOOST_TEST(*all.note("no", start) == "no");
    for (int i = 1; i < 50; ++i) BOOST_TEST(!all.note("no", start + i * 200ms).has_value());
    BOOST_TEST(*all.note("never", start + 10s) == "never (49 more before)");
}

BOOST_AUTO_TEST_CASE(the_latest_is_known_for_a_while) {
    refusals all;
    BOOST_TEST(all.latest(start) == "");
    all.note("no", start);
    all.note("never", start + 1s);
    BOOST_TEST(all.latest(start + 1s) == "never");
    BOOST_TEST(all.latest(start + 10s) == "never");
    BOOST_TEST(all.latest(start + 11s) == "");
}

BOOST_AUTO_TEST_CASE(a_link_that_came_about_ends_it) {
    refusals all;
    all.note("no", start);
    all.clear();
    BOOST_TEST(all.latest(start) == "");
}

BOOST_AUTO_TEST_CASE(whatever_the_partner_says_is_one_line_of_bounded_length) {
    refusals all;
    all.note("a\r\nrole:slave\tb\x7f", start);
    BOOST_TEST(all.latest(start) == "a??role:slave?b?");
    all.note(std::string(100'000, 'x'), start);
    BOOST_TEST(all.latest(start).size() == 400U);
}

BOOST_AUTO_TEST_SUITE_END()
