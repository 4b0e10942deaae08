#include "shared/resp/reply_stream.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using shared::parse_status;
using shared::reply_piece;
using shared::reply_stream;

namespace {

struct passed_on {
    std::string bytes;
    std::size_t items = 0;
    std::size_t replies = 0;
    parse_status last = parse_status::complete;
    std::size_t rest = 0;  // bytes that were no piece yet
};

/// Gives the stream `bytes` in parts of the sizes that `next_size` gives.
template <typename NextSize>
passed_on pass(std::string_view bytes, NextSize&& next_size,
               const shared::reply_limits& limits = {}) {
    reply_stream stream(limits);
    passed_on result;
    std::size_t taken = 0;
    for (std::size_t arrived = 0; arrived < bytes.size();) {
        arrived = std::min(bytes.size(), arrived + next_size());
        for (;;) {
            const auto piece = stream.next(bytes.substr(taken, arrived - taken));
            result.last = piece.status;
            if (piece.status != parse_status::complete) break;
            taken += piece.bytes.size();
            result.bytes += piece.bytes;
            result.items += piece.ends_item ? 1 : 0;
            result.replies += piece.ends_reply ? 1 : 0;
        }
        if (result.last == parse_status::malformed) break;
    }
    result.rest = bytes.size() - taken;
    return result;
}

passed_on pass_at_once(std::string_view bytes, const shared::reply_limits& limits = {}) {
    return pass(bytes, [&] { return bytes.size(); }, limits);
}

std::vector<reply_piece> pieces_of(std::string_view bytes) {
    reply_stream stream;
    std::vector<reply_piece> all;
    while (!bytes.empty()) {
        all.push_back(stream.next(bytes));
        if (all.back().status != parse_status::complete) break;
        bytes.remove_prefix(all.back().bytes.size());
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_stream_test)

BOOST_AUTO_TEST_CASE(the_pieces_are_the_reply_wherever_it_is_split) {
    const std::string replies =
        "$5\r\nhello\r\n+OK\r\n:12\r\n-ERR no\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n"
        "*3\r\n$2\r\n\r\n\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n$-1\r\n*1\r\n*1\r\n*1\r\n+a\r\n";
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::uniform_int_distribution<std::size_t> size(1, round % 20 + 1);
        const auto result = pass(replies, [&] { return size(random); });
        BOOST_TEST_REQUIRE(result.bytes == replies);
        BOOST_TEST_REQUIRE(result.replies == 10U);
        BOOST_TEST_REQUIRE(result.rest == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_body_is_passed_on_before_it_is_whole_but_for_its_end) {
    reply_stream stream;
    BOOST_TEST(stream.next("$100\r\nabc").bytes == "$100\r\n");
    BOOST_TEST(stream.next("abc").bytes == "abc");
    const std::string rest(97, 'x');
    BOOST_TEST(stream.next(rest + "\r").bytes == rest);
    BOOST_TEST((stream.next("\r").status == parse_status::need_more));
    const auto end = stream.next("\r\n+OK\r\n");
    BOOST_TEST(end.bytes == "\r\n");
    BOOST_TEST(end.ends_reply);
    BOOST_TEST(stream.next("+OK\r\n").ends_reply);
}

BOOST_AUTO_TEST_CASE(items_of_the_outermost_array_are_told_apart) {
    const auto all = pieces_of("*3\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n$-1\r\n");
    BOOST_TEST_REQUIRE(all.size() == 7U);
    const std::vector<bool> ends{false, false, true, false, false, true, true};
    const std::vector<unsigned> depths{0, 1, 1, 1, 2, 2, 1};
    for (std::size_t i = 0; i < all.size(); ++i) {
        BOOST_TEST(all[i].ends_item == ends[i], i);
        BOOST_TEST(all[i].depth == depths[i], i);
        BOOST_TEST(all[i].ends_reply == (i == 6), i);
    }
    BOOST_TEST(!all[2].is_line);
    BOOST_TEST(all[6].is_line);
}

BOOST_AUTO_TEST_CASE(what_can_not_be_a_reply_is_malformed) {
    for (const char* bytes : {"x\r\n", "$a\r\n", "$3\r\nabcde", "$3\nabc\r\n", "*1\r\n?\r\n",
                              "$-2\r\n", "*-2\r\n", ":\r\n", ":1 \r\n", "$3\r\nabc\n\n"}) {
        BOOST_TEST((pass_at_once(bytes).last == parse_status::malformed), bytes);
    }
}

BOOST_AUTO_TEST_CASE(limits_hold) {
    const shared::reply_limits limits{.line = 16, .value = 10, .items = 2, .depth = 2};
    BOOST_TEST((pass_at_once("$10\r\n0123456789\r\n", limits).replies == 1U));
    for (const char* bytes :
         {"$11\r\n", "*3\r\n", "*1\r\n*1\r\n*1\r\n", "+0123456789012345678", "*1\r\n$11\r\n"}) {
        BOOST_TEST((pass_at_once(bytes, limits).last == parse_status::malformed), bytes);
    }
}

BOOST_AUTO_TEST_SUITE_END()
