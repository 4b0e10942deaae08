#include "shared/resp/integer.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

BOOST_AUTO_TEST_SUITE(integer_test)

BOOST_AUTO_TEST_CASE(the_decimal_form_of_every_number_is_read) {
    using limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{7}, std::int64_t{-7}, std::int64_t{10}, std::int64_t{-100},
          limits::max(), limits::min()}) {
        const auto text = std::to_string(number);
        BOOST_TEST_CONTEXT("text " << text) {
            BOOST_TEST(shared::parse_integer(text).value() == number);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_other_form_is_refused) {
    for (const auto text :
         {"", "-", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "--1",
          "x", "9223372036854775808", "-9223372036854775809", "99999999999999999999999"}) {
        BOOST_TEST_CONTEXT("text '" << text << "'") {
            BOOST_TEST(!shared::parse_integer(text).has_value());
        }
    }
    BOOST_TEST(!shared::parse_integer(std::string_view("1\0", 2)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
