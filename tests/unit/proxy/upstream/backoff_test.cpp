#include "proxy/upstream/backoff.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace std::chrono_literals;
using proxy::backoff;

namespace {

const shared::steady_time start = shared::steady_time() + 1h;

/// How long after a try at `now` the next may be made.
std::chrono::milliseconds wait_after(backoff& tries, shared::steady_time now, double chance) {
    tries.on_try(now, chance);
    for (auto wait = 0ms; wait < 1min; wait += 1ms) {
        if (tries.may_try(now + wait)) return wait;
    }
    return 1min;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(backoff_test)

BOOST_AUTO_TEST_CASE(the_first_try_is_free_and_so_is_the_one_after_it) {
    backoff tries(20ms, 1s);
    BOOST_TEST(tries.may_try(start));
    BOOST_TEST((wait_after(tries, start, 0.999) == 0ms));
}

BOOST_AUTO_TEST_CASE(the_bound_doubles_up_to_the_longest_wait) {
    backoff tries(20ms, 100ms);
    std::vector<long> waits;
    for (int i = 0; i < 7; ++i) waits.push_back(wait_after(tries, start, 0.5).count());
    const std::vector<long> expected{0, 10, 20, 40, 50, 50, 50};
    BOOST_TEST(waits == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(chance_spreads_a_wait_over_the_whole_range) {
    for (const auto& [chance, wait] : {std::pair{0.0, 0ms}, {0.25, 20ms}, {0.75, 60ms}}) {
        backoff tries(80ms, 1s);
        tries.on_try(start, 0);
        BOOST_TEST((wait_after(tries, start, chance) == wait));
    }
}

BOOST_AUTO_TEST_CASE(a_success_begins_anew) {
    backoff tries(20ms, 1s);
    for (int i = 0; i < 9; ++i) tries.on_try(start, 0.999);
    BOOST_TEST(!tries.may_try(start + 500ms));
    tries.on_success();
    BOOST_TEST((wait_after(tries, start + 1s, 0.999) == 0ms));
    BOOST_TEST((wait_after(tries, start + 1s, 0.5) == 10ms));
}

BOOST_AUTO_TEST_CASE(a_return_ends_a_wait_that_has_begun) {
    backoff tries(20ms, 1s);
    for (int i = 0; i < 9; ++i) tries.on_try(start, 0.999);
    BOOST_TEST(!tries.may_try(start + 500ms));
    tries.on_return();
    BOOST_TEST(tries.may_try(start));
    BOOST_TEST((wait_after(tries, start, 0.999) == 0ms));
    BOOST_TEST((wait_after(tries, start, 0.5) == 10ms));
}

BOOST_AUTO_TEST_CASE(any_number_of_tries_overflows_nothing) {
    backoff tries(1ms, 1s);
    for (int i = 0; i < 1000; ++i) {
        tries.on_try(start, 0.999);
        BOOST_TEST_REQUIRE(tries.may_try(start + 1s));
    }
    BOOST_TEST(!tries.may_try(start + 900ms));
}

BOOST_AUTO_TEST_CASE(tries_in_a_second_are_few) {
    // Every chance from a fixed sequence; whoever tried at each tick of 10 ms would try 100 times.
    backoff tries(20ms, 1s);
    unsigned state = 7;
    int count = 0;
    for (auto at = 0ms; at < 10s; at += 10ms) {
        if (!tries.may_try(start + at)) continue;
        state = state * 48271U % 2147483647U;
        tries.on_try(start + at, static_cast<double>(state % 1000) / 1000);
        ++count;
    }
    BOOST_TEST(count > 10);
    BOOST_TEST(count < 60);
}

BOOST_AUTO_TEST_SUITE_END()
