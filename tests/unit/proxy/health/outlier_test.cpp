#include "proxy/health/outlier.hpp"

#include <boost/test/unit_test.hpp>

using proxy::outlier;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds span{1000};
constexpr shared::steady_time begin{std::chrono::hours(1)};

/// How many time-outs at that instant it takes.
int timeouts_until(outlier& watched, shared::steady_time now = begin + span, int most = 1000) {
    for (int i = 1; i <= most; ++i) {
        watched.on_timeout();
        if (watched.takes_for_silent(now)) return i;
    }
    return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outlier_test)

BOOST_AUTO_TEST_CASE(so_many_timeouts_in_a_row_are_an_outlier) {
    for (const unsigned limit : {1U, 2U, 5U}) {
        outlier watched(limit, span);
        BOOST_TEST(timeouts_until(watched) == static_cast<int>(limit));
    }
}

BOOST_AUTO_TEST_CASE(movement_begins_the_row_anew) {
    outlier watched(3, span);
    auto now = begin;
    for (int i = 0; i < 50; ++i) {
        watched.on_timeout();
        watched.on_timeout();
        BOOST_TEST(!watched.takes_for_silent(now));
        watched.on_movement(now);
        now += 2 * span;
    }
    BOOST_TEST(timeouts_until(watched, now) == 3);
}

BOOST_AUTO_TEST_CASE(a_row_counts_only_when_nothing_has_moved_for_the_span) {
    outlier watched(3, span);
    watched.on_movement(begin);
    BOOST_TEST(timeouts_until(watched, begin + span - milliseconds(1)) == 0);
    BOOST_TEST(watched.takes_for_silent(begin + span));
}

BOOST_AUTO_TEST_CASE(after_it_has_said_so_a_whole_row_is_needed_again) {
    outlier watched(3, span);
    BOOST_TEST(timeouts_until(watched) == 3);
    BOOST_TEST(timeouts_until(watched) == 3);
}

BOOST_AUTO_TEST_CASE(a_limit_of_nothing_is_never_reached) {
    outlier watched(0, span);
    BOOST_TEST(timeouts_until(watched) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
