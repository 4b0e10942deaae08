#include "backend/clock/hybrid_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <thread>
#include <vector>

using backend::hybrid_clock;
using backend::version;

BOOST_AUTO_TEST_SUITE(hybrid_clock_test)

BOOST_AUTO_TEST_CASE(a_version_tells_its_time_and_its_side) {
    hybrid_clock clock(1);
    const version given = clock.next(1'700'000'000'123);
    BOOST_TEST(backend::time_of(given) == 1'700'000'000'123);
    BOOST_TEST((given & 1U) == 1U);
    BOOST_TEST(clock.side() == 1U);
}

BOOST_AUTO_TEST_CASE(versions_rise_within_a_millisecond) {
    hybrid_clock clock(0);
    version last = clock.next(1000);
    for (int i = 0; i < 1000; ++i) {
        const version given = clock.next(1000);
        BOOST_TEST(given > last);
        BOOST_TEST((given & 1U) == 0U);
        last = given;
    }
    BOOST_TEST(backend::time_of(last) == 1000);
}

BOOST_AUTO_TEST_CASE(versions_rise_when_time_steps_back) {
    hybrid_clock clock(1);
    const version before = clock.next(5000);
    const version after = clock.next(10);
    BOOST_TEST(after > before);
    BOOST_TEST(backend::time_of(after) == 5000);
    BOOST_TEST(backend::time_of(clock.next(5001)) == 5001);
}

BOOST_AUTO_TEST_CASE(a_clock_that_steps_back_by_hours_still_gives_rising_versions_at_once) {
    constexpr shared::unix_ms noon = 1'700'000'000'000;
    constexpr shared::unix_ms hour = 3'600'000;
    hybrid_clock clock(0);
    version last = clock.next(noon);
    const version stopped = last;
    // More than a counter holds: it runs on into milliseconds that have not come yet.
    constexpr int more = (1 << backend::version_counter_bits) + 10;
    int out_of_order = 0;
    for (int i = 0; i < more; ++i) {
        const version given = clock.next(noon - 5 * hour + i / 1000);
        if (given <= last) ++out_of_order;
        last = given;
    }
    BOOST_TEST(out_of_order == 0);
    BOOST_TEST(last - stopped == 2U * more);
    BOOST_TEST(backend::time_of(last) == noon + 1);
    // Once time has caught up, versions tell it again.
    BOOST_TEST(backend::time_of(clock.next(noon + 7)) == noon + 7);
}

BOOST_AUTO_TEST_CASE(a_full_counter_runs_into_the_next_millisecond) {
    hybrid_clock clock(0);
    clock.observe(backend::version_at(1001) - 1);
    const version given = clock.next(1000);
    BOOST_TEST(backend::time_of(given) == 1001);
    BOOST_TEST(clock.next(1000) > given);
}

BOOST_AUTO_TEST_CASE(a_version_is_newer_than_what_was_observed) {
    for (const unsigned side : {0U, 1U}) {
        for (const version partner : {version{0}, version{1}}) {
            hybrid_clock clock(side);
            const version seen = backend::version_at(9000) | partner;
            clock.observe(seen);
            BOOST_TEST(clock.next(20) > seen);
        }
    }
}

BOOST_AUTO_TEST_CASE(observing_something_old_changes_nothing) {
    hybrid_clock clock(0);
    const version last = clock.next(9000);
    clock.observe(backend::version_at(3));
    BOOST_TEST(clock.next(9000) == last + 2);
}

BOOST_AUTO_TEST_CASE(the_newest_is_given_or_seen) {
    hybrid_clock clock(1);
    BOOST_TEST(clock.newest() == 0U);
    const version given = clock.next(9000);
    BOOST_TEST((clock.newest() | 1U) == given);
    clock.observe(backend::version_at(9500));
    BOOST_TEST(clock.newest() == backend::version_at(9500));
    BOOST_TEST(clock.next(1) > clock.newest() - 2);
}

BOOST_AUTO_TEST_CASE(the_sides_never_give_the_same_version) {
    hybrid_clock one(0);
    hybrid_clock other(1);
    for (int i = 0; i < 100; ++i) BOOST_TEST(one.next(7) != other.next(7));
}

BOOST_AUTO_TEST_CASE(threads_get_different_and_rising_versions) {
    hybrid_clock clock(0);
    std::vector<std::vector<version>> given(2);
    std::vector<std::thread> threads;
    for (auto& own : given) {
        threads.emplace_back([&clock, &own] {
            for (int i = 0; i < 2000; ++i) own.push_back(clock.next(i));
        });
    }
    for (auto& each : threads) each.join();
    std::vector<version> all;
    for (const auto& own : given) {
        BOOST_TEST(std::is_sorted(own.begin(), own.end()));
        all.insert(all.end(), own.begin(), own.end());
    }
    std::sort(all.begin(), all.end());
    BOOST_TEST((std::adjacent_find(all.begin(), all.end()) == all.end()));
}

BOOST_AUTO_TEST_SUITE_END()
