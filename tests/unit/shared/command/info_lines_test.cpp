#include "shared/command/info_lines.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using shared::info_lines;

BOOST_AUTO_TEST_SUITE(info_lines_test)

BOOST_AUTO_TEST_CASE(no_line_is_no_text) {
    BOOST_TEST(info_lines().take().empty());
}

BOOST_AUTO_TEST_CASE(each_field_is_a_line_in_the_order_of_adding) {
    BOOST_TEST(
        info_lines().add("role", "master").add("keys", std::uint64_t{3}).add("save", "").take() ==
        "role:master\r\nkeys:3\r\nsave:\r\n");
}

BOOST_AUTO_TEST_CASE(the_greatest_number_is_written_whole) {
    BOOST_TEST(info_lines().add("n", std::numeric_limits<std::uint64_t>::max()).take() ==
               "n:18446744073709551615\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
