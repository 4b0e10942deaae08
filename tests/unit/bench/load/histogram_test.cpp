#include "tests/bench/load/histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <utility>
#include <vector>

using bench::histogram;

BOOST_AUTO_TEST_SUITE(histogram_test)

BOOST_AUTO_TEST_CASE(nothing_added_gives_zero) {
    const histogram empty;
    BOOST_TEST(empty.percentile(0.99) == 0);
    BOOST_TEST(empty.max() == 0);
    BOOST_TEST(empty.count() == 0U);
}

BOOST_AUTO_TEST_CASE(small_values_are_exact) {
    histogram all;
    for (std::int64_t value = 1; value <= 200; ++value) all.add(value);
    BOOST_TEST(all.percentile(0.5) == 100);
    BOOST_TEST(all.percentile(0.99) == 198);
    BOOST_TEST(all.percentile(1.0) == 200);
    BOOST_TEST(all.percentile(0.0) == 1);
}

BOOST_AUTO_TEST_CASE(a_percentile_is_never_below_and_at_most_one_part_in_128_above) {
    for (std::int64_t value = 1; value < (std::int64_t{1} << 40); value = value * 9 / 7 + 1) {
        histogram two;
        two.add(value);
        two.add(std::int64_t{1} << 39);
        two.add(std::int64_t{1} << 39);
        const auto found = two.percentile(1.0 / 3);
        if (value > (std::int64_t{1} << 39)) break;
        BOOST_TEST(found >= value);
        BOOST_TEST(static_cast<double>(found) <= static_cast<double>(value) * (1 + 1.0 / 128));
    }
}

BOOST_AUTO_TEST_CASE(one_slow_answer_in_a_thousand_shows_at_the_end_only) {
    histogram all;
    for (int i = 0; i < 999; ++i) all.add(1'000);
    all.add(50'000'000);
    BOOST_TEST(all.percentile(0.999) < 1'010);
    BOOST_TEST(all.percentile(0.9995) == 50'000'000);
    BOOST_TEST(all.max() == 50'000'000);
}

BOOST_AUTO_TEST_CASE(its_buckets_are_told_in_rising_order_and_hold_every_value) {
    histogram all;
    for (const std::int64_t value : {70'000, 5, 70'000, 1'000'000, 0}) all.add(value);
    std::vector<std::pair<std::int64_t, std::uint32_t>> told;
    all.for_each([&](std::int64_t end, std::uint32_t count) { told.emplace_back(end, count); });
    BOOST_REQUIRE(told.size() == 4U);
    BOOST_TEST((told[0] == std::pair<std::int64_t, std::uint32_t>(0, 1)));
    BOOST_TEST((told[1] == std::pair<std::int64_t, std::uint32_t>(5, 1)));
    BOOST_TEST(told[2].first == all.percentile(0.8));
    BOOST_TEST(told[2].second == 2U);
    BOOST_TEST(told[3].first == 1'000'000);  // no more than was seen
    histogram().for_each([](std::int64_t, std::uint32_t) { BOOST_ERROR("nothing was added"); });
}

BOOST_AUTO_TEST_CASE(values_beyond_the_ends_count_at_the_ends) {
    histogram all;
    all.add(-5);
    BOOST_TEST(all.percentile(1.0) == 0);
    all.add(INT64_MAX);
    BOOST_TEST(all.percentile(1.0) == (std::int64_t{1} << 40) - 1);
    BOOST_TEST(all.count() == 2U);
    all.clear();
    BOOST_TEST(all.count() == 0U);
    BOOST_TEST(all.max() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
