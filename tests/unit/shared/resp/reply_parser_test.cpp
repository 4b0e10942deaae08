#include "shared/resp/reply_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;
using shared::parse_status;

namespace {

parse_status status_of(std::string_view bytes, const shared::reply_limits& limits = {}) {
    return shared::reply_parser(limits).parse(bytes);
}

/// The replies that one parser finds in `bytes` when they arrive in pieces that end at `cuts`.
std::vector<std::string> parse_in_pieces(std::string_view bytes, std::vector<std::size_t> cuts) {
    cuts.push_back(bytes.size());
    std::vector<std::string> replies;
    shared::reply_parser parser;
    std::size_t begin = 0;
    for (const auto cut : cuts) {
        while (begin < cut) {
            const std::vector<char> arrived(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                            bytes.begin() + static_cast<std::ptrdiff_t>(cut));
            const auto status = parser.parse({arrived.data(), arrived.size()});
            BOOST_TEST_REQUIRE((status != parse_status::malformed));
            if (status == parse_status::need_more) break;
            replies.emplace_back(arrived.data(), parser.consumed());
            begin += parser.consumed();
        }
    }
    return replies;
}

void check_at_every_split(const std::vector<std::string>& replies) {
    std::string bytes;
    for (const auto& reply : replies) bytes += reply;
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
        for (std::size_t second = first; second <= bytes.size(); ++second) {
            BOOST_TEST_REQUIRE((parse_in_pieces(bytes, {first, second}) == replies),
                               "cut at " << first << " and " << second);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_parser_test)

BOOST_AUTO_TEST_CASE(every_kind_of_reply_is_measured_wherever_it_is_split) {
    check_at_every_split({"+OK\r\n", "+\r\n", "-ERR no\r\n", ":-12\r\n", "$5\r\nhello\r\n",
                          "$0\r\n\r\n", "$4\r\n\r\n+O\r\n"});
}

BOOST_AUTO_TEST_CASE(nulls_are_replies_of_their_own) {
    check_at_every_split({"$-1\r\n", "*-1\r\n", "*0\r\n", "*2\r\n$-1\r\n*-1\r\n"});
}

BOOST_AUTO_TEST_CASE(nested_arrays_are_one_reply) {
    check_at_every_split({"*3\r\n*2\r\n:1\r\n*0\r\n$1\r\na\r\n*1\r\n*1\r\n+x\r\n", ":1\r\n"});
}

BOOST_AUTO_TEST_CASE(what_can_not_be_a_reply_is_malformed) {
    for (const auto bytes : {"x",
                             "\r\n",
                             "PONG\r\n",
                             "_\r\n",
                             "%1\r\n",
                             "+OK\n",
                             "+\n",
                             ":\r\n",
                             ":x\r\n",
                             ":1x\r\n",
                             ":99999999999999999999\r\n",
                             "$x\r\n",
                             "$-2\r\n",
                             "$\r\n",
                             "$1\r\nabc",
                             "$1\r\na\rb",
                             "*x\r\n",
                             "*-2\r\n",
                             "*\r\n",
                             "*1\r\nx",
                             "*2\r\n:1\r\n:x\r\n",
                             "$99999999999999999999\r\n"}) {
        BOOST_TEST_CONTEXT("reply " << bytes) {
            BOOST_TEST((status_of(bytes) == parse_status::malformed));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_has_one_form) {
    for (const auto bytes :
         {":01\r\n", ":+1\r\n", ":-0\r\n", ":1\r2\r\n", ": 1\r\n", "$04\r\nabcd\r\n", "$-0\r\n\r\n",
          "$1\r1\r\na\r\n", "*01\r\n:1\r\n", "*-0\r\n"}) {
        BOOST_TEST_CONTEXT("reply " << bytes) {
            BOOST_TEST((status_of(bytes) == parse_status::malformed));
        }
    }
    BOOST_TEST(!shared::reply_number(":01\r\n").has_value());
}

BOOST_AUTO_TEST_CASE(an_incomplete_reply_needs_more) {
    for (const auto bytes : {"", "+", "+OK", "+OK\r", "$3\r\nab", "$3\r\nabc\r", "*1\r\n",
                             "*2\r\n:1\r\n", "*1\r\n*1\r\n"}) {
        BOOST_TEST_CONTEXT("reply " << bytes) {
            BOOST_TEST((status_of(bytes) == parse_status::need_more));
        }
    }
}

BOOST_AUTO_TEST_CASE(limits_hold_to_the_byte) {
    BOOST_TEST((status_of("$4\r\nabcd\r\n", {.value = 4}) == parse_status::complete));
    BOOST_TEST((status_of("$5\r\n", {.value = 4}) == parse_status::malformed));
    BOOST_TEST((status_of("*2\r\n:1\r\n:1\r\n", {.items = 2}) == parse_status::complete));
    BOOST_TEST((status_of("*3\r\n", {.items = 2}) == parse_status::malformed));
    BOOST_TEST((status_of("*1\r\n*1\r\n:1\r\n", {.depth = 2}) == parse_status::complete));
    BOOST_TEST((status_of("*1\r\n*1\r\n*1\r\n", {.depth = 2}) == parse_status::malformed));
    BOOST_TEST((status_of("+1234\r\n", {.line = 7}) == parse_status::complete));
    BOOST_TEST((status_of("+12345\r\n", {.line = 7}) == parse_status::malformed));
    BOOST_TEST((status_of("+123456", {.line = 7}) == parse_status::malformed));
}

BOOST_AUTO_TEST_CASE(an_array_may_have_as_many_items_and_levels_as_a_backend_can_hold) {
    BOOST_TEST((status_of("*4294967296\r\n:1\r\n") == parse_status::need_more));
    BOOST_TEST((status_of("*4294967297\r\n") == parse_status::malformed));
    const auto nested = [](std::size_t levels) {
        std::string reply;
        for (std::size_t i = 0; i < levels; ++i) reply += "*1\r\n";
        return reply + ":1\r\n";
    };
    BOOST_TEST((status_of(nested(64)) == parse_status::complete));
    BOOST_TEST((status_of(nested(65)) == parse_status::malformed));
}

BOOST_AUTO_TEST_CASE(what_is_missing_of_a_bulk_is_told) {
    shared::reply_parser parser;
    BOOST_TEST((parser.parse("$10\r\nabc") == parse_status::need_more));
    BOOST_TEST(parser.missing() == 9U);
    BOOST_TEST((parser.parse("$536870912\r\n") != parse_status::complete));
}

BOOST_AUTO_TEST_CASE(next_reply_takes_one_after_the_other) {
    std::string_view rest = "+OK\r\n*2\r\n$1\r\na\r\n*1\r\n:1\r\n$-1\r\n";
    BOOST_TEST(shared::next_reply(rest).value() == "+OK\r\n");
    BOOST_TEST(shared::next_reply(rest).value() == "*2\r\n$1\r\na\r\n*1\r\n:1\r\n");
    BOOST_TEST(shared::next_reply(rest).value() == "$-1\r\n");
    BOOST_TEST(!shared::next_reply(rest).has_value());
    BOOST_TEST(rest.empty());
}

BOOST_AUTO_TEST_CASE(the_number_of_a_reply_is_in_its_first_line) {
    BOOST_TEST(shared::reply_number(":-5\r\n").value() == -5);
    BOOST_TEST(shared::reply_number("$3\r\nabc\r\n").value() == 3);
    BOOST_TEST(shared::reply_number("*2\r\n:1\r\n:1\r\n").value() == 2);
    for (const auto reply : {"", ":", "+OK\r\n", "-ERR x\r\n", ":1", ":1x\r\n", ":\r\n"}) {
        BOOST_TEST_CONTEXT("reply " << reply) {
            BOOST_TEST(!shared::reply_number(reply).has_value());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
