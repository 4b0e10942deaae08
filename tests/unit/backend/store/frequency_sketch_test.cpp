#include "backend/store/frequency_sketch.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using backend::frequency_sketch;

namespace {

void count(frequency_sketch& sketch, std::uint32_t hash, int times, std::size_t entries = 1000) {
    for (int i = 0; i < times; ++i) sketch.count(hash, entries);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frequency_sketch_test)

BOOST_AUTO_TEST_CASE(what_was_never_asked_for_counts_nothing) {
    frequency_sketch sketch;
    BOOST_TEST(sketch.estimate(7) == 0U);
    BOOST_TEST(sketch.bytes() == 0U);
    count(sketch, 7, 1);
    BOOST_TEST(sketch.estimate(8'000'000) == 0U);
}

BOOST_AUTO_TEST_CASE(requests_are_counted_up_to_fifteen) {
    frequency_sketch sketch;
    for (unsigned i = 1; i <= 20; ++i) {
        count(sketch, 0xABCDEF01, 1);
        BOOST_TEST(sketch.estimate(0xABCDEF01) == std::min(i, frequency_sketch::most));
    }
}

BOOST_AUTO_TEST_CASE(counts_are_halved_after_ten_requests_for_each_entry) {
    frequency_sketch sketch;
    count(sketch, 1, 12, 100);
    for (std::uint32_t i = 0; i < 987; ++i) sketch.count(i * 0x9E3779B1U, 100);
    BOOST_TEST(sketch.estimate(1) >= 12U);
    count(sketch, 2, 1, 100);
    BOOST_TEST(sketch.estimate(1) <= 7U);
    BOOST_TEST(sketch.estimate(1) >= 6U);
}

BOOST_AUTO_TEST_CASE(few_keys_are_taken_for_more_frequent_than_they_are) {
    frequency_sketch sketch;
    std::mt19937 random(9);
    int wrong = 0;
    for (int i = 0; i < 5000; ++i) sketch.count(static_cast<std::uint32_t>(random()), 5000);
    for (int i = 0; i < 5000; ++i) {
        wrong += sketch.estimate(static_cast<std::uint32_t>(random())) > 0 ? 1 : 0;
    }
    BOOST_TEST(wrong < 100);
}

BOOST_AUTO_TEST_CASE(growing_keeps_the_counts_and_shrinking_gives_memory_back) {
    frequency_sketch sketch;
    for (std::uint32_t i = 0; i < 10; ++i) {
        count(sketch, i * 0x9E3779B1U, static_cast<int>(i) + 1, 16);
    }
    const auto before = sketch.bytes();
    sketch.count(77, 100'000);
    BOOST_TEST(sketch.bytes() >= 100'000U * 8);
    BOOST_TEST(sketch.bytes() > before);
    for (std::uint32_t i = 0; i < 10; ++i) BOOST_TEST(sketch.estimate(i * 0x9E3779B1U) >= i + 1);
    sketch.shrink(50'000);
    BOOST_TEST(sketch.bytes() >= 100'000U * 8);
    sketch.shrink(0);
    BOOST_TEST(sketch.bytes() <= 64U);
}

BOOST_AUTO_TEST_SUITE_END()
