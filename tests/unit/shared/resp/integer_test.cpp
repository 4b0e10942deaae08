#include "shared/resp/integer.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
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

BOOST_AUTO_TEST_CASE(a_short_line_is_read_as_parse_integer_reads_it) {
    for (const std::int64_t number : {0L, 1L, 9L, 10L, 64L, 12345678L, 999999999L}) {
        const auto line = shared::read_short_number(std::to_string(number) + "\r\n$3\r\n");
        BOOST_TEST(line.number == number);
        BOOST_TEST(line.size == std::to_string(number).size() + 2);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_short_line_is_left) {
    for (const char* text : {"", "\r\n", "1", "12\r", "1\n", "01\r\n", "00\r\n", "-1\r\n", "+1\r\n",
                             " 1\r\n", "1 \r\n", "1\r1\r\n", "1000000000\r\n", "1a\r\n"}) {
        BOOST_TEST(shared::read_short_number(text).size == 0U, text);
    }
}

BOOST_AUTO_TEST_CASE(a_bulk_that_is_there_whole_is_measured) {
    const auto bulk = shared::read_whole_bulk("$10\r\n0123456789\r\n$1\r\nx\r\n");
    BOOST_TEST(bulk.line == 5U);
    BOOST_TEST(bulk.value == 10U);
    BOOST_TEST(bulk.size() == 17U);
    BOOST_TEST(shared::read_whole_bulk("$0\r\n\r\n").size() == 6U);
}

BOOST_AUTO_TEST_CASE(any_other_bulk_is_left) {
    const std::string whole = "$3\r\nabc\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size)
        BOOST_TEST(shared::read_whole_bulk(whole.substr(0, size)).line == 0U);
    for (const std::string_view other :
         {"$-1\r\n", ":3\r\nabc\r\n", "$3\r\nabcd\r\n", "$3\r\nabc\n\r", "$03\r\nabc\r\n",
          "$3\nabc\r\n", "$999999999\r\nabc\r\n"})
        BOOST_TEST(shared::read_whole_bulk(other).line == 0U);
}

BOOST_AUTO_TEST_CASE(bulks_of_all_sizes_are_measured_and_their_beginnings_are_left) {
    for (std::size_t size = 0; size <= 1'100; ++size) {
        const auto text = "$" + std::to_string(size) + "\r\n" + std::string(size, '7') + "\r\n";
        const auto bulk = shared::read_whole_bulk(text + "$1");
        BOOST_TEST(bulk.value == size);
        BOOST_TEST(bulk.size() == text.size());
        for (std::size_t there = 0; there < std::min<std::size_t>(text.size(), 150); ++there)
            BOOST_TEST_REQUIRE(shared::read_whole_bulk(text.substr(0, there)).line == 0U);
        BOOST_TEST(shared::read_whole_bulk(text.substr(0, text.size() - 1)).line == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_bulk_with_one_byte_wrong_is_left) {
    const std::string whole = "$12\r\n0123456789ab\r\n";
    for (const std::size_t at : {0U, 1U, 2U, 3U, 4U, 17U, 18U}) {
        for (const char wrong : {'\0', '/', ':', '-', 'x', '\n', '\r'}) {
            auto text = whole;
            if (text[at] == wrong) continue;
            text[at] = wrong;
            BOOST_TEST(shared::read_whole_bulk(text).line == 0U, at << " " << int{wrong});
        }
    }
    BOOST_TEST(shared::read_whole_bulk("$01\r\nx\r\n").line == 0U);
    BOOST_TEST(shared::read_whole_bulk("$00\r\n\r\n").line == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
