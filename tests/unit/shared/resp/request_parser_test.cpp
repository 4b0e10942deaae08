#include "shared/resp/request_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;
using shared::parse_status;

namespace {

using request = std::vector<std::string>;

struct outcome {
    std::vector<request> requests;
    std::string error;
};

/// Feeds `bytes` to one parser, as if they had arrived in pieces that end at `cuts`.
outcome parse_in_pieces(std::string_view bytes, std::vector<std::size_t> cuts) {
    cuts.push_back(bytes.size());
    outcome result;
    shared::request_parser parser;
    std::size_t begin = 0;
    for (const auto cut : cuts) {
        while (begin < cut) {
            // A copy of the exact size: a sanitizer sees a read beyond what has arrived.
            const std::vector<char> arrived(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                            bytes.begin() + static_cast<std::ptrdiff_t>(cut));
            const auto status = parser.parse({arrived.data(), arrived.size()});
            if (status == parse_status::need_more) break;
            if (status == parse_status::malformed) {
                result.error = parser.error();
                return result;
            }
            const auto words = parser.arguments();
            if (!words.empty()) result.requests.emplace_back(words.begin(), words.end());
            begin += parser.consumed();
        }
    }
    BOOST_TEST(begin == bytes.size());
    return result;
}

void check_at_every_split(std::string_view bytes, const std::vector<request>& expected) {
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
        for (std::size_t second = first; second <= bytes.size(); ++second) {
            const auto got = parse_in_pieces(bytes, {first, second});
            BOOST_TEST_REQUIRE(got.error.empty());
            BOOST_TEST_REQUIRE((got.requests == expected), "cut at " << first << " and " << second);
        }
    }
}

std::string error_of(std::string_view bytes, const shared::request_limits& limits = {}) {
    shared::request_parser parser(limits);
    if (parser.parse(bytes) != parse_status::malformed) return "not malformed";
    return std::string(parser.error());
}

void check_error_at_every_split(std::string_view bytes, std::string_view expected) {
    BOOST_TEST_CONTEXT("request " << bytes) {
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            BOOST_TEST(parse_in_pieces(bytes, {cut}).error == expected);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(request_parser_test)

BOOST_AUTO_TEST_CASE(an_array_is_the_same_wherever_it_is_split) {
    check_at_every_split("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n", {{"SET", "k", "hello"}});
}

BOOST_AUTO_TEST_CASE(bulks_carry_any_bytes) {
    check_at_every_split("*3\r\n$4\r\n\r\n*1\r\n$0\r\n\r\n$3\r\n\0\xff$\r\n"sv,
                         {{"\r\n*1", "", std::string("\0\xff$", 3)}});
}

BOOST_AUTO_TEST_CASE(a_line_ends_with_or_without_carriage_return) {
    check_at_every_split("GET a\r\nGET b\nGET c\r\n", {{"GET", "a"}, {"GET", "b"}, {"GET", "c"}});
}

BOOST_AUTO_TEST_CASE(quoted_words_are_the_same_wherever_they_are_split) {
    check_at_every_split("SET \"a b\" 'c\\'d' \"\\x00\\n\"\r\n",
                         {{"SET", "a b", "c'd", std::string("\0\n", 2)}});
}

BOOST_AUTO_TEST_CASE(lines_and_arrays_mix_in_a_pipeline) {
    check_at_every_split("PING\r\n*1\r\n$4\r\nPING\r\nECHO 'x'\n*2\r\n$1\r\na\r\n$1\r\nb\r\n",
                         {{"PING"}, {"PING"}, {"ECHO", "x"}, {"a", "b"}});
}

BOOST_AUTO_TEST_CASE(empty_lines_and_empty_arrays_are_skipped) {
    check_at_every_split("\r\n\n  \t\n*0\r\n*-1\r\n*-7\r\nPING\r\n", {{"PING"}});
}

BOOST_AUTO_TEST_CASE(one_byte_at_a_time_is_enough) {
    const auto bytes = "*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\nPING \"q\"\r\n"sv;
    std::vector<std::size_t> cuts;
    for (std::size_t i = 0; i < bytes.size(); ++i) cuts.push_back(i);
    const std::vector<request> expected{{"ECHO", "hi"}, {"PING", "q"}};
    BOOST_TEST((parse_in_pieces(bytes, cuts).requests == expected));
}

BOOST_AUTO_TEST_CASE(a_request_leaves_the_bytes_behind_it_alone) {
    shared::request_parser parser;
    BOOST_TEST((parser.parse("*1\r\n$4\r\nPING\r\nrest") == parse_status::complete));
    BOOST_TEST(parser.consumed() == 14U);
    BOOST_TEST((parser.parse("GET a\r\nrest") == parse_status::complete));
    BOOST_TEST(parser.consumed() == 7U);
}

BOOST_AUTO_TEST_CASE(wrong_array_lengths_get_the_error_of_redis) {
    for (const auto bytes :
         {"*x\r\n", "*\r\n", "*01\r\n", "*+1\r\n", "*-0\r\n", "* 1\r\n", "*1 \r\n", "*1\n",
          "*99999999999\r\n", "*9999999999999999999999\r\n", "*1048577\r\n"}) {
        check_error_at_every_split(bytes, "ERR Protocol error: invalid multibulk length");
    }
}

BOOST_AUTO_TEST_CASE(wrong_bulk_lengths_get_the_error_of_redis) {
    for (const auto bytes :
         {"*1\r\n$x\r\n", "*1\r\n$\r\n", "*1\r\n$-1\r\n", "*1\r\n$04\r\n", "*1\r\n$4 \r\n",
          "*1\r\n$4\n", "*1\r\n$536870913\r\n", "*1\r\n$99999999999999999999\r\n"}) {
        check_error_at_every_split(bytes, "ERR Protocol error: invalid bulk length");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_bulk_gets_the_error_of_redis) {
    check_error_at_every_split("*1\r\n:4\r\n", "ERR Protocol error: expected '$', got ':'");
    check_error_at_every_split("*2\r\n$1\r\na\r\nb", "ERR Protocol error: expected '$', got 'b'");
    check_error_at_every_split("*1\r\n*1\r\n", "ERR Protocol error: expected '$', got '*'");
}

BOOST_AUTO_TEST_CASE(a_bulk_of_another_length_than_declared_is_malformed) {
    check_error_at_every_split("*1\r\n$4\r\nPINGXX",
                               "ERR Protocol error: expected CRLF after a bulk");
    check_error_at_every_split("*1\r\n$3\r\nPING\r\n",
                               "ERR Protocol error: expected CRLF after a bulk");
}

BOOST_AUTO_TEST_CASE(unbalanced_quotes_get_the_error_of_redis) {
    for (const auto bytes :
         {"SET \"a\n", "SET 'a\r\n", "SET \"a\"b\n", "SET a'b\n", "SET \"a\\\"\n"}) {
        check_error_at_every_split(bytes, "ERR Protocol error: unbalanced quotes in request");
    }
}

BOOST_AUTO_TEST_CASE(lengths_that_do_not_end_get_the_errors_of_redis) {
    const std::string digits(65 * 1024, '1');
    BOOST_TEST(error_of("*" + digits) == "ERR Protocol error: too big mbulk count string");
    BOOST_TEST(error_of("*1\r\n$" + digits) == "ERR Protocol error: too big bulk count string");
    BOOST_TEST(error_of(digits) == "ERR Protocol error: too big inline request");
}

BOOST_AUTO_TEST_CASE(a_length_line_that_is_too_long_gets_the_same_error_when_it_comes_whole) {
    const shared::request_limits limits{.line = 8};
    const auto digits = std::string(8, '1') + "\r\n";
    BOOST_TEST(error_of("*" + digits, limits) == "ERR Protocol error: too big mbulk count string");
    BOOST_TEST(error_of("*1\r\n$" + digits, limits) ==
               "ERR Protocol error: too big bulk count string");
    BOOST_TEST(error_of("*1111111\r\n", limits) == "ERR Protocol error: invalid multibulk length");
}

BOOST_AUTO_TEST_CASE(a_line_may_be_as_long_as_the_limit_and_no_longer) {
    const shared::request_limits limits{.line = 8};
    shared::request_parser parser(limits);
    BOOST_TEST((parser.parse("12345678\n") == parse_status::complete));
    BOOST_TEST((parser.parse("12345678") == parse_status::need_more));
    BOOST_TEST(error_of("123456789\n", limits) == "ERR Protocol error: too big inline request");
    BOOST_TEST(error_of("123456789", limits) == "ERR Protocol error: too big inline request");
}

BOOST_AUTO_TEST_CASE(an_argument_may_be_as_long_as_the_limit_and_no_longer) {
    const shared::request_limits limits{.value = 4};
    shared::request_parser parser(limits);
    BOOST_TEST((parser.parse("*1\r\n$4\r\nPING\r\n") == parse_status::complete));
    BOOST_TEST(error_of("*1\r\n$5\r\n", limits) == "ERR Protocol error: invalid bulk length");
}

BOOST_AUTO_TEST_CASE(a_request_may_have_as_many_arguments_as_the_limit_and_no_more) {
    const shared::request_limits limits{.arguments = 2};
    shared::request_parser parser(limits);
    BOOST_TEST((parser.parse("*2\r\n$1\r\na\r\n$1\r\nb\r\n") == parse_status::complete));
    BOOST_TEST(error_of("*3\r\n", limits) == "ERR Protocol error: invalid multibulk length");
}

BOOST_AUTO_TEST_CASE(arguments_together_stay_within_the_request_limit) {
    const shared::request_limits limits{.request = 20};
    BOOST_TEST(error_of("*2\r\n$4\r\nabcd\r\n$4\r\n", limits) ==
               "ERR Protocol error: invalid bulk length");
}

BOOST_AUTO_TEST_CASE(a_limit_is_the_same_for_a_request_that_comes_whole) {
    const std::string longer = "*2\r\n$4\r\nabcd\r\n$12\r\nabcdefghijkl\r\n";
    const std::string value = "ERR Protocol error: invalid bulk length";
    BOOST_TEST(error_of(longer, {.value = 11}) == value);
    BOOST_TEST(error_of(longer, {.value = 12}) == "not malformed");
    BOOST_TEST(error_of(longer, {.request = longer.size() - 3}) == value);
    BOOST_TEST(error_of(longer, {.request = longer.size() - 2}) == "not malformed");
    BOOST_TEST(error_of(longer, {.line = 2}) == "ERR Protocol error: too big bulk count string");
    BOOST_TEST(error_of(longer, {.line = 3}) == "not malformed");
    BOOST_TEST(error_of(longer, {.arguments = 1}) ==
               "ERR Protocol error: invalid multibulk length");
    const std::string many = "*10\r\n$1\r\na\r\n";
    BOOST_TEST(error_of(many, {.line = 2}) == "ERR Protocol error: too big mbulk count string");
}

BOOST_AUTO_TEST_CASE(a_huge_declared_length_costs_nothing_until_it_arrives) {
    shared::request_parser parser;
    BOOST_TEST((parser.parse("*1048576\r\n$536870912\r\nab") == parse_status::need_more));
    BOOST_TEST(parser.missing() == 536870912U);
    BOOST_TEST(parser.arguments().empty());
}

BOOST_AUTO_TEST_CASE(what_is_missing_of_an_argument_is_told) {
    shared::request_parser parser;
    BOOST_TEST((parser.parse("*1\r\n$10\r\nabc") == parse_status::need_more));
    BOOST_TEST(parser.missing() == 9U);
    BOOST_TEST((parser.parse("*1\r\n$10\r\nabcdefghij\r") == parse_status::need_more));
    BOOST_TEST(parser.missing() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
