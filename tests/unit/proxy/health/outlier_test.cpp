#include "proxy/health/outlier.hpp"

#include <boost/test/unit_test.hpp>

using proxy::outlier;

namespace {

int timeouts_until(outlier& watched, int most = 1000) {
    for (int i = 1; i <= most; ++i) {
        if (watched.on_timeout()) return i;
    }
    return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outlier_test)

BOOST_AUTO_TEST_CASE(so_many_timeouts_in_a_row_are_an_outlier) {
    for (const unsigned limit : {1U, 2U, 5U}) {
        outlier watched(limit);
        BOOST_TEST(timeouts_until(watched) == static_cast<int>(limit));
    }
}

BOOST_AUTO_TEST_CASE(a_reply_begins_the_row_anew) {
    outlier watched(3);
    for (int i = 0; i < 50; ++i) {
        BOOST_TEST(!watched.on_timeout());
        BOOST_TEST(!watched.on_timeout());
        watched.on_reply();
    }
    BOOST_TEST(timeouts_until(watched) == 3);
}

BOOST_AUTO_TEST_CASE(after_it_has_said_so_a_whole_row_is_needed_again) {
    outlier watched(3);
    BOOST_TEST(timeouts_until(watched) == 3);
    BOOST_TEST(timeouts_until(watched) == 3);
}

BOOST_AUTO_TEST_CASE(a_limit_of_nothing_is_never_reached) {
    outlier watched(0);
    BOOST_TEST(timeouts_until(watched) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
