#include "backend/store/allocation.hpp"

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()
