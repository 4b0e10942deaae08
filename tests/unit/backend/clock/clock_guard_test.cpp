#include "backend/clock/clock_guard.hpp"

#include <boost/test/unit_test.hpp>

using backend::clock_guard;
using backend::version_at;

namespace {

constexpr shared::unix_ms noon = 1'800'000'000'000;
constexpr std::chrono::milliseconds most{5000};

}  // namespace

BOOST_AUTO_TEST_SUITE(clock_guard_test)

BOOST_AUTO_TEST_CASE(a_version_is_refused_from_the_first_millisecond_beyond_what_is_allowed) {
    clock_guard guard(most);
    BOOST_TEST(!guard.refuses(0, noon));
    BOOST_TEST(!guard.refuses(version_at(noon + 5000), noon));
    BOOST_TEST(!guard.refuses(version_at(noon + 5001) - 1, noon));
    BOOST_TEST(guard.refuses(version_at(noon + 5001), noon));
    BOOST_TEST(guard.refuses(~backend::version{1}, noon));
    BOOST_TEST((guard.most() == most));
}

BOOST_AUTO_TEST_CASE(what_was_allowed_stays_so_when_our_clock_steps_back) {
    clock_guard guard(most);
    BOOST_TEST(!guard.refuses(version_at(noon), noon));
    BOOST_TEST(!guard.refuses(version_at(noon + 5000), noon - 3'600'000));
    BOOST_TEST(guard.refuses(version_at(noon + 5001), noon - 3'600'000));
}

BOOST_AUTO_TEST_CASE(versions_that_creep_ahead_do_not_move_the_limit) {
    clock_guard guard(most);
    for (int i = 0; i <= 5000; i += 100) BOOST_TEST(!guard.refuses(version_at(noon + i), noon));
    BOOST_TEST(guard.refuses(version_at(noon + 5100), noon));
}

BOOST_AUTO_TEST_SUITE_END()
