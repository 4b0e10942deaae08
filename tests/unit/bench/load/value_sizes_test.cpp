#include "tests/bench/load/value_sizes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

using bench::value_sizes;

namespace {

constexpr std::uint32_t count = 200'000;

double share_below(const value_sizes& sizes, std::size_t limit) {
    std::uint32_t below = 0;
    for (std::uint32_t key = 0; key < count; ++key) below += sizes.of(key) < limit ? 1 : 0;
    return static_cast<double>(below) / count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(value_sizes_test)

BOOST_AUTO_TEST_CASE(one_number_is_the_size_of_all) {
    const auto sizes = value_sizes::read("16384");
    BOOST_TEST(sizes.of(0) == 16'384U);
    BOOST_TEST(sizes.of(4'000'000'000) == 16'384U);
    BOOST_TEST(sizes.largest() == 16'384U);
    BOOST_TEST(value_sizes::read("0").largest() == 0U);
}

BOOST_AUTO_TEST_CASE(a_blend_keeps_its_weights_and_has_no_other_size) {
    const auto sizes = value_sizes::read("84:99,10224:1");
    BOOST_TEST(sizes.largest() == 10'224U);
    std::uint32_t large = 0;
    for (std::uint32_t key = 0; key < count; ++key) {
        const auto size = sizes.of(key);
        BOOST_REQUIRE((size == 84 || size == 10'224));
        large += size == 10'224 ? 1 : 0;
    }
    BOOST_TEST(large > count / 100 - 200);
    BOOST_TEST(large < count / 100 + 200);
}

BOOST_AUTO_TEST_CASE(a_size_without_weight_never_comes) {
    const auto sizes = value_sizes::read("1:0,2:1,3:0");
    for (std::uint32_t key = 0; key < 100; ++key) BOOST_TEST(sizes.of(key) == 2U);
}

BOOST_AUTO_TEST_CASE(each_doubling_of_a_long_tail_is_half_as_frequent) {
    const auto sizes = value_sizes::read("long-tail");
    BOOST_TEST(share_below(sizes, 64) == 0.0);
    BOOST_TEST(share_below(sizes, 128) == 0.5, boost::test_tools::tolerance(0.01));
    BOOST_TEST(share_below(sizes, 256) == 0.75, boost::test_tools::tolerance(0.01));
    BOOST_TEST(share_below(sizes, 65'536) == 0.9991, boost::test_tools::tolerance(0.001));
    std::size_t largest = 0;
    for (std::uint32_t key = 0; key < 1'000'000; ++key) largest = std::max(largest, sizes.of(key));
    BOOST_TEST(largest > 500'000U);
    BOOST_TEST(largest <= sizes.largest());
    BOOST_TEST(sizes.largest() == 1'048'576U);
}

BOOST_AUTO_TEST_CASE(the_size_of_a_key_is_always_the_same) {
    const auto one = value_sizes::read("long-tail");
    const auto other = value_sizes::read("long-tail");
    for (std::uint32_t key = 0; key < 1'000; ++key) BOOST_TEST(one.of(key) == other.of(key));
}

BOOST_AUTO_TEST_CASE(what_is_no_size_is_refused) {
    for (const auto* text :
         {"", "-1", "64k", "1:", ":1", "1:0", "1:1,,2:1", "1:1,x:2", "1073741825"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_CHECK_THROW(value_sizes::read(text), std::invalid_argument);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
