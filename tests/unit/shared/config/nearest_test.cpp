#include "shared/config/nearest.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using shared::edit_distance;

BOOST_AUTO_TEST_SUITE(nearest)

BOOST_AUTO_TEST_CASE(distance_counts_inserted_deleted_replaced_and_swapped_letters) {
    BOOST_TEST(edit_distance("", "") == 0U);
    BOOST_TEST(edit_distance("", "abc") == 3U);
    BOOST_TEST(edit_distance("abc", "") == 3U);
    BOOST_TEST(edit_distance("pool", "pool") == 0U);
    BOOST_TEST(edit_distance("pool", "pol") == 1U);
    BOOST_TEST(edit_distance("pol", "pool") == 1U);
    BOOST_TEST(edit_distance("pool", "poll") == 1U);
    BOOST_TEST(edit_distance("pool", "polo") == 1U);
    BOOST_TEST(edit_distance("kitten", "sitting") == 3U);
}

BOOST_AUTO_TEST_CASE(a_swapped_pair_is_not_edited_again) {
    BOOST_TEST(edit_distance("ca", "abc") == 3U);
}

BOOST_AUTO_TEST_CASE(the_nearest_name_wins_and_the_first_of_equals) {
    constexpr std::array<std::string_view, 4> names{"interval", "timeout", "fall", "rise"};
    BOOST_TEST(shared::nearest("interval_", names) == "interval");
    BOOST_TEST(shared::nearest("fal", names) == "fall");
    constexpr std::array<std::string_view, 2> equals{"a1", "a2"};
    BOOST_TEST(shared::nearest("a3", equals) == "a1");
}

BOOST_AUTO_TEST_CASE(a_name_too_far_away_is_not_offered) {
    constexpr std::array<std::string_view, 2> names{"interval", "fall"};
    BOOST_TEST(shared::nearest("rise", names).empty());
    BOOST_TEST(shared::nearest("x", names).empty());
    BOOST_TEST(shared::nearest("fall", {}).empty());
    BOOST_TEST(shared::did_you_mean("rise", names).empty());
    BOOST_TEST(shared::did_you_mean("fal", names) == "; did you mean \"fall\"?");
}

BOOST_AUTO_TEST_SUITE_END()
