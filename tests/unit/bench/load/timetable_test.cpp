#include "tests/bench/load/timetable.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>

BOOST_AUTO_TEST_SUITE(timetable_test)

BOOST_AUTO_TEST_CASE(requests_are_evenly_spaced_at_the_rate) {
    const bench::timetable times(4'000, 3);
    for (std::uint64_t number = 0; number < 10'000; ++number) {
        BOOST_TEST_REQUIRE(times.due(number) == static_cast<std::int64_t>(number) * 250'000);
    }
}

BOOST_AUTO_TEST_CASE(connections_take_turns_and_find_their_own_again) {
    const bench::timetable times(1'000, 7);
    for (std::uint64_t number = 0; number < 100; ++number) {
        const auto connection = times.connection_of(number);
        BOOST_TEST_REQUIRE(connection == number % 7);
        BOOST_TEST_REQUIRE(times.number_of(connection, number / 7) == number);
    }
}

BOOST_AUTO_TEST_CASE(an_odd_rate_does_not_drift) {
    const bench::timetable times(30'001, 50);
    BOOST_TEST(times.due(30'001ULL * 3'600) == 3'600'000'000'000);
}

BOOST_AUTO_TEST_CASE(requests_of_one_tick_are_due_together_and_the_rate_is_kept) {
    const bench::timetable times(10'000, 3, 250'000);
    for (std::uint64_t number = 0; number < 1'000; ++number) {
        const auto even = static_cast<std::int64_t>(number) * 100'000;
        BOOST_TEST_REQUIRE(times.due(number) % 250'000 == 0);
        BOOST_TEST_REQUIRE(times.due(number) <= even);
        BOOST_TEST_REQUIRE(times.due(number) > even - 250'000);
    }
}

BOOST_AUTO_TEST_SUITE_END()
