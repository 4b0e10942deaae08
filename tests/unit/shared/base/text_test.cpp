#include "shared/base/text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using shared::parse_unsigned;
using shared::take_until;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(a_number_is_the_whole_text) {
    BOOST_TEST(*parse_unsigned("0") == 0U);
    BOOST_TEST(*parse_unsigned("007") == 7U);
    BOOST_TEST(*parse_unsigned("18446744073709551615") == UINT64_MAX);
    for (const char* wrong : {"", " 1", "1 ", "+1", "-1", "1x", "x", "0x1", "1.0"})
        BOOST_TEST(!parse_unsigned(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_number_that_does_not_fit_is_none) {
    BOOST_TEST(!parse_unsigned("18446744073709551616"));
    BOOST_TEST(!parse_unsigned("99999999999999999999999"));
}

BOOST_AUTO_TEST_CASE(words_are_taken_off_one_after_the_other) {
    std::string_view rest = "one two  four ";
    std::vector<std::string> words;
    while (!rest.empty()) words.emplace_back(take_until(rest, ' '));
    const std::vector<std::string> expected{"one", "two", "", "four"};
    BOOST_TEST(words == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_an_end_all_is_taken) {
    std::string_view rest = "line";
    BOOST_TEST(take_until(rest, '\n') == "line");
    BOOST_TEST(rest.empty());
    BOOST_TEST(take_until(rest, '\n').empty());
}

BOOST_AUTO_TEST_SUITE_END()
