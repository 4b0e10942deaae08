#include "proxy/resilience/retry_budget.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using proxy::retry_budget;

namespace {

const shared::steady_time start{};

int taken(retry_budget& budget, std::uint64_t requests, shared::steady_time now) {
    int count = 0;
    while (budget.take(requests, now)) ++count;
    return count;
}

/// One whose first tokens are gone.
retry_budget drained(const proxy::retry_settings& settings, shared::steady_time now = start) {
    retry_budget budget(settings, now);
    BOOST_TEST(taken(budget, 0, now) == static_cast<int>(settings.most));
    return budget;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retry_budget_test)

BOOST_AUTO_TEST_CASE(each_request_adds_its_share) {
    auto budget = drained({.share = 0.25, .least = 0, .most = 1000});
    BOOST_TEST(taken(budget, 0, start) == 0);
    BOOST_TEST(taken(budget, 100, start) == 25);
    BOOST_TEST(taken(budget, 100, start) == 0);
    BOOST_TEST(taken(budget, 108, start) == 2);
}

BOOST_AUTO_TEST_CASE(a_few_a_second_are_there_without_any_requests) {
    auto budget = drained({.share = 0.2, .least = 10, .most = 1000});
    BOOST_TEST(taken(budget, 0, start + 50ms) == 0);
    BOOST_TEST(taken(budget, 0, start + 101ms) == 1);
    BOOST_TEST(taken(budget, 0, start + 3101ms) == 30);
}

BOOST_AUTO_TEST_CASE(no_more_is_saved_up_than_the_bound) {
    auto budget = drained({.share = 1, .least = 10, .most = 50});
    BOOST_TEST(taken(budget, 1'000'000, start + 1h) == 50);
    BOOST_TEST(taken(budget, 1'000'000, start + 1h) == 0);
}

BOOST_AUTO_TEST_CASE(a_budget_of_nothing_gives_nothing) {
    auto none = drained({.share = 0, .least = 0, .most = 100});
    BOOST_TEST(!none.take(1'000'000, start + 1h));
    retry_budget bound_to_nothing({.share = 1, .least = 10, .most = 0}, start);
    BOOST_TEST(!bound_to_nothing.take(1'000'000, start + 1h));
}

BOOST_AUTO_TEST_CASE(asked_in_vain_again_and_again_it_still_fills) {
    auto budget = drained({.share = 0.25, .least = 0, .most = 10});
    int count = 0;
    for (std::uint64_t requests = 1; requests <= 400; ++requests) {
        if (budget.take(requests, start)) ++count;
    }
    BOOST_TEST(count == 100);
}

BOOST_AUTO_TEST_CASE(a_clock_that_stands_still_or_goes_back_adds_nothing) {
    auto budget = drained({.share = 0, .least = 10, .most = 100}, start + 1s);
    BOOST_TEST(taken(budget, 0, start) == 0);
    BOOST_TEST(taken(budget, 0, start + 1s) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
