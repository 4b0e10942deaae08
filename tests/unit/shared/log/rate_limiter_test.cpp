#include "shared/log/rate_limiter.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace {

constexpr shared::steady_time start{1000s};

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_limiter)

BOOST_AUTO_TEST_CASE(so_many_pass_in_a_window_and_no_more) {
    shared::rate_limiter limiter(3, 10s);
    for (int i = 0; i < 3; ++i) BOOST_TEST(limiter.admit(start + 1s * i).has_value());
    BOOST_TEST(!limiter.admit(start + 3s).has_value());
    BOOST_TEST(!limiter.admit(start + 10s - 1ns).has_value());
    BOOST_TEST(limiter.admit(start + 10s).has_value());
}

BOOST_AUTO_TEST_CASE(the_next_to_pass_tells_how_many_were_swallowed) {
    shared::rate_limiter limiter(1, 10s);
    BOOST_TEST(*limiter.admit(start) == 0U);
    for (int i = 0; i < 5; ++i) BOOST_TEST(!limiter.admit(start + 1s).has_value());
    BOOST_TEST(*limiter.admit(start + 10s) == 5U);
    BOOST_TEST(!limiter.admit(start + 11s).has_value());
    BOOST_TEST(*limiter.admit(start + 20s) == 1U);
    BOOST_TEST(*limiter.admit(start + 30s) == 0U);
}

BOOST_AUTO_TEST_CASE(a_window_starts_with_an_event_and_not_by_the_clock) {
    shared::rate_limiter limiter(1, 10s);
    BOOST_TEST(limiter.admit(start).has_value());
    BOOST_TEST(limiter.admit(start + 19s).has_value());
    BOOST_TEST(!limiter.admit(start + 28s).has_value());
    BOOST_TEST(limiter.admit(start + 29s).has_value());
}

BOOST_AUTO_TEST_CASE(a_limit_of_none_swallows_everything) {
    shared::rate_limiter limiter(0, 1s);
    BOOST_TEST(!limiter.admit(start).has_value());
    BOOST_TEST(!limiter.admit(start + 1h).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
