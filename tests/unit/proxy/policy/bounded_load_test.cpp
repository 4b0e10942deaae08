#include "proxy/policy/bounded_load.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using proxy::candidate;
using proxy::has_room_for_one;
using list = std::vector<candidate>;

BOOST_AUTO_TEST_SUITE(bounded_load_test)

BOOST_AUTO_TEST_CASE(an_idle_pool_has_room_everywhere) {
    const list idle(4, {true, 0, 1});
    for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(has_room_for_one(i, idle, 1.25));
}

// 20 under way with the new one, 4 backends: a share of 5, times 1.25 is 6.25, so 7 at most.
BOOST_AUTO_TEST_CASE(the_bound_is_the_share_times_the_factor_rounded_up) {
    BOOST_TEST(
        has_room_for_one(0, list{{true, 6, 1}, {true, 5, 1}, {true, 4, 1}, {true, 4, 1}}, 1.25));
    BOOST_TEST(
        !has_room_for_one(0, list{{true, 7, 1}, {true, 4, 1}, {true, 4, 1}, {true, 4, 1}}, 1.25));
    BOOST_TEST(
        has_room_for_one(0, list{{true, 7, 1}, {true, 4, 1}, {true, 4, 1}, {true, 4, 1}}, 1.5));
}

BOOST_AUTO_TEST_CASE(a_heavier_backend_has_a_larger_share) {
    const list loads{{true, 5, 3}, {true, 4, 1}};
    BOOST_TEST(has_room_for_one(0, loads, 1.1));
    BOOST_TEST(!has_room_for_one(1, loads, 1.1));
}

BOOST_AUTO_TEST_CASE(those_who_are_not_usable_do_not_count_and_have_no_room) {
    const list loads{{true, 3, 1}, {false, 90, 1}, {true, 3, 1}, {true, 0, 0}};
    BOOST_TEST(has_room_for_one(0, loads, 1.25));
    BOOST_TEST(!has_room_for_one(0, list{{true, 4, 1}, {false, 90, 1}, {true, 1, 1}}, 1.25));
    BOOST_TEST(!has_room_for_one(1, loads, 1.25));
    BOOST_TEST(!has_room_for_one(3, loads, 1.25));
}

BOOST_AUTO_TEST_CASE(somebody_always_has_room) {
    for (std::uint32_t a = 0; a < 20; ++a) {
        for (std::uint32_t b = 0; b < 20; ++b) {
            const list loads{{true, a, 1}, {true, b, 2}};
            BOOST_TEST((has_room_for_one(0, loads, 1.01) || has_room_for_one(1, loads, 1.01)));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
