#include "proxy/policy/placement.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <stdexcept>
#include <vector>

using proxy::members_by_name;
using proxy::weighted_backend;
using list = std::vector<weighted_backend>;

BOOST_AUTO_TEST_SUITE(placement_test)

BOOST_AUTO_TEST_CASE(members_come_in_the_order_of_their_names) {
    const std::vector<std::size_t> expected{2, 0, 1};
    BOOST_TEST(members_by_name(list{{"b", 1}, {"c", 2}, {"a", 3}}) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_has_no_weight_is_no_member) {
    const std::vector<std::size_t> expected{1};
    BOOST_TEST(members_by_name(list{{"a", 0}, {"b", 1}, {"c", 0}}) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wrong_sets_of_backends_are_refused) {
    BOOST_CHECK_THROW(members_by_name(list{}), std::invalid_argument);
    BOOST_CHECK_THROW(members_by_name(list{{"a", 0}, {"b", 0}}), std::invalid_argument);
    BOOST_CHECK_THROW(members_by_name(list{{"a", 1}, {"b", 1}, {"a", 2}}), std::invalid_argument);
    BOOST_CHECK_THROW(members_by_name(list{{"a", 1}, {"a", 0}}), std::invalid_argument);
    BOOST_CHECK_THROW(members_by_name(list(65'537, {"a", 1})), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(hashes_that_differ_in_a_few_bits_anywhere_differ_at_the_top_when_spread) {
    for (unsigned shift = 0; shift <= 52; shift += 4) {
        std::set<std::uint64_t> tops;
        for (std::uint64_t i = 0; i < 4096; ++i) tops.insert(proxy::spread(i << shift) >> 50U);
        BOOST_TEST_CONTEXT("bits from " << shift) {
            BOOST_TEST(tops.size() > 3'000U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
