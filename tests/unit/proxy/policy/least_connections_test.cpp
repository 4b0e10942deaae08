#include "proxy/policy/least_connections.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <limits>
#include <vector>

using proxy::candidate;
using proxy::least_connections;

namespace {

candidate usable(std::uint32_t in_flight, std::uint32_t weight = 1) {
    return {.usable = true, .in_flight = in_flight, .weight = weight};
}

candidate down() {
    return {.usable = false, .in_flight = 0, .weight = 1};
}

using counts = std::vector<int>;

// How often each is chosen when every request is answered before the next.
counts spread(const std::vector<candidate>& candidates, int picks) {
    least_connections policy;
    counts chosen(candidates.size());
    for (int i = 0; i < picks; ++i) ++chosen.at(policy.pick(0, candidates));
    return chosen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(least_connections_test)

BOOST_AUTO_TEST_CASE(the_least_loaded_is_chosen) {
    BOOST_TEST(!least_connections().shards());
    BOOST_TEST(least_connections().pick(0, std::array{usable(3), usable(1), usable(2)}) == 1U);
    BOOST_TEST(least_connections().pick(0, std::array{usable(0), usable(1), usable(2)}) == 0U);
    BOOST_TEST(least_connections().pick(0, std::array{usable(9), usable(9), usable(8)}) == 2U);
}

BOOST_AUTO_TEST_CASE(load_is_counted_for_each_unit_of_weight) {
    BOOST_TEST(least_connections().pick(0, std::array{usable(2, 1), usable(5, 3)}) == 1U);
    BOOST_TEST(least_connections().pick(0, std::array{usable(1, 1), usable(4, 3)}) == 0U);
}

BOOST_AUTO_TEST_CASE(large_loads_and_weights_do_not_overflow) {
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    BOOST_TEST(
        least_connections().pick(0, std::array{usable(most, most - 1), usable(most, most)}) == 1U);
}

BOOST_AUTO_TEST_CASE(equals_take_turns) {
    BOOST_TEST(spread({usable(0), usable(0), usable(0)}, 300) == (counts{100, 100, 100}),
               boost::test_tools::per_element());
    BOOST_TEST(spread({usable(4), usable(9), usable(4), down()}, 300) == (counts{150, 0, 150, 0}),
               boost::test_tools::per_element());
    BOOST_TEST(spread({usable(2, 1), usable(4, 2)}, 300) == (counts{150, 150}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unusable_and_weightless_backends_are_skipped) {
    BOOST_TEST(spread({down(), usable(7), usable(0, 0)}, 10) == (counts{0, 10, 0}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(none_usable_gives_npos) {
    least_connections policy;
    BOOST_TEST(policy.pick(0, std::array{down(), down()}) == proxy::policy::npos);
    BOOST_TEST(policy.pick(0, std::array{usable(0, 0)}) == proxy::policy::npos);
    BOOST_TEST(policy.pick(0, {}) == proxy::policy::npos);
    BOOST_TEST(policy.pick(0, std::array{down(), usable(5)}) == 1U);
}

// 600 requests and no answers.
BOOST_AUTO_TEST_CASE(a_growing_load_settles_in_the_proportion_of_weights) {
    least_connections policy;
    std::vector<candidate> candidates{usable(0, 1), usable(0, 2), usable(0, 3)};
    for (int i = 0; i < 600; ++i) ++candidates.at(policy.pick(0, candidates)).in_flight;
    BOOST_TEST(candidates[0].in_flight == 100U);
    BOOST_TEST(candidates[1].in_flight == 200U);
    BOOST_TEST(candidates[2].in_flight == 300U);
}

// A request arrives each tick; a and b answer one each second tick, c one each tenth.
BOOST_AUTO_TEST_CASE(a_slow_backend_gets_less) {
    least_connections policy;
    std::vector<candidate> candidates{usable(0), usable(0), usable(0)};
    const std::array<int, 3> period{2, 2, 10};
    counts chosen(3);
    for (int tick = 0; tick < 10'000; ++tick) {
        const auto pick = policy.pick(0, candidates);
        ++chosen.at(pick);
        ++candidates.at(pick).in_flight;
        for (std::size_t i = 0; i < 3; ++i) {
            if (tick % period[i] == 0 && candidates[i].in_flight > 0) --candidates[i].in_flight;
        }
    }
    BOOST_TEST_MESSAGE("slow third: " << chosen[0] << ' ' << chosen[1] << ' ' << chosen[2]);
    BOOST_TEST(chosen[2] < 1'100);
    BOOST_TEST(std::abs(chosen[0] - chosen[1]) < 400);
}

BOOST_AUTO_TEST_SUITE_END()
