#include "backend/store/allocation.hpp"

#include <boost/test/unit_test.hpp>

using backend::allocation_capacity;
using backend::allocation_cost;

BOOST_AUTO_TEST_SUITE(allocation_test)

BOOST_AUTO_TEST_CASE(costs_are_those_of_glibc) {
    BOOST_TEST(allocation_cost(0) == 32U);
    BOOST_TEST(allocation_cost(24) == 32U);
    BOOST_TEST(allocation_cost(25) == 48U);
    BOOST_TEST(allocation_cost(40) == 48U);
    BOOST_TEST(allocation_cost(128 * 1024 - 8) == 128U * 1024);
    BOOST_TEST(allocation_cost(128 * 1024) == 132U * 1024);
    BOOST_TEST(allocation_cost(132 * 1024 - 16) == 132U * 1024);
    BOOST_TEST(allocation_cost(132 * 1024 - 15) == 136U * 1024);
}

BOOST_AUTO_TEST_CASE(the_capacity_is_the_greatest_size_of_the_same_cost) {
    for (std::size_t size = 0; size < 300'000; ++size) {
        const auto capacity = allocation_capacity(size);
        BOOST_REQUIRE(capacity >= size);
        BOOST_REQUIRE(allocation_cost(capacity) == allocation_cost(size));
        BOOST_REQUIRE(allocation_cost(capacity + 1) > allocation_cost(size));
    }
}

BOOST_AUTO_TEST_SUITE_END()
