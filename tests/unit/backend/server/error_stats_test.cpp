#include "backend/server/error_stats.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(error_stats_test)

BOOST_AUTO_TEST_CASE(errors_are_counted_by_their_first_word) {
    backend::error_stats errors;
    BOOST_TEST(errors.lines().empty());
    errors.add("WRONGTYPE Operation against a key\r\n");
    errors.add("ERR syntax error\r\n");
    errors.add("ERR value is not an integer or out of range\r\n");
    errors.add("OOM\r\n");
    BOOST_TEST(errors.total() == 4U);
    BOOST_TEST(errors.lines() ==
               "errorstat_ERR:count=2\r\nerrorstat_OOM:count=1\r\nerrorstat_WRONGTYPE:count=1\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_cleared_counts_from_nothing) {
    backend::error_stats errors;
    errors.add("ERR x");
    errors.clear();
    BOOST_TEST(errors.total() == 0U);
    BOOST_TEST(errors.lines().empty());
    errors.add("ERR x");
    BOOST_TEST(errors.lines() == "errorstat_ERR:count=1\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
