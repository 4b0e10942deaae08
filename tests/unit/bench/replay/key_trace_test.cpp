#include "tests/bench/replay/key_trace.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

bench::key_trace read(const std::string& text) {
    std::istringstream input(text);
    return bench::read_key_trace(input);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_trace_test)

BOOST_AUTO_TEST_CASE(each_line_is_a_request_and_each_key_is_kept_once) {
    const auto made = read("a\nb\na\na\nc");
    BOOST_TEST(made.keys == (std::vector<std::string>{"a", "b", "c"}),
               boost::test_tools::per_element());
    BOOST_TEST(made.requests == (std::vector<std::uint32_t>{0, 1, 0, 0, 2}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_size_behind_the_key_and_empty_lines_count_for_nothing) {
    const auto made = read("a 100\r\n\n \nb\t7\na\n");
    BOOST_TEST(made.keys == (std::vector<std::string>{"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(made.requests.size() == 3U);
}

BOOST_AUTO_TEST_CASE(what_no_cache_takes_as_a_key_is_refused) {
    BOOST_TEST(read(std::string(250, 'k')).keys.size() == 1U);
    BOOST_CHECK_THROW(read(std::string(251, 'k')), std::runtime_error);
    BOOST_CHECK_THROW(read("a\nb\x01\n"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
