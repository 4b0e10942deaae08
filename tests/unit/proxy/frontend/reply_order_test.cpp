#include "proxy/frontend/reply_order.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

using proxy::reply_order;

namespace {

std::string reply_to(std::uint64_t request) {
    return "<" + std::to_string(request) + ">";
}

/// What has left once the replies came in `order`; after each of them only a row from the first on
/// may have left.
std::string answer_in(const std::vector<std::uint64_t>& order) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    for (std::size_t i = 0; i < order.size(); ++i) replies.open();
    std::string out;
    std::vector<bool> answered(order.size());
    for (const auto request : order) {
        replies.complete(request, reply_to(request), out);
        answered[request] = true;
        const auto left = std::find(answered.begin(), answered.end(), false) - answered.begin();
        std::string expected;
        for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(left); ++i)
            expected += reply_to(i);
        BOOST_TEST(out == expected);
        BOOST_TEST(replies.pending() == order.size() - static_cast<std::size_t>(left));
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_order_test)

BOOST_AUTO_TEST_CASE(six_requests_are_answered_in_their_order_however_their_replies_come) {
    std::vector<std::uint64_t> order(6);
    std::iota(order.begin(), order.end(), 0);
    do {
        BOOST_TEST_REQUIRE(answer_in(order) == "<0><1><2><3><4><5>");
    } while (std::next_permutation(order.begin(), order.end()));
}

BOOST_AUTO_TEST_CASE(requests_are_numbered_from_the_first_on) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    BOOST_TEST(replies.pending() == 0U);
    for (std::uint64_t i = 0; i < 20; ++i) BOOST_TEST(replies.open() == i);
    BOOST_TEST(replies.pending() == 20U);
}

BOOST_AUTO_TEST_CASE(the_ring_grows_while_it_is_turned_and_partly_answered) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    std::string out;
    std::string expected;
    std::uint64_t oldest = 0;
    // Never empty, so the head stands at another slot whenever the ring grows.
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 3; ++i) replies.open();
        replies.complete(oldest + 1, reply_to(oldest + 1), out);
        replies.complete(oldest, reply_to(oldest), out);
        expected += reply_to(oldest) + reply_to(oldest + 1);
        oldest += 2;
        BOOST_TEST_REQUIRE(out == expected);
    }
    BOOST_TEST(replies.pending() == 50U);
    for (; replies.pending() != 0; ++oldest) {
        replies.complete(oldest, reply_to(oldest), out);
        expected += reply_to(oldest);
    }
    BOOST_TEST(out == expected);
}

BOOST_AUTO_TEST_CASE(a_slot_used_again_does_not_remember_its_last_reply) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    std::string out;
    for (std::uint64_t at = 0; at < 64; at += 2) {
        const auto first = replies.open();
        const auto second = replies.open();
        replies.complete(second, "second", out);
        BOOST_TEST(out.empty());
        replies.complete(first, "first", out);
        BOOST_TEST_REQUIRE(out == "firstsecond");
        out.clear();
    }
}

BOOST_AUTO_TEST_CASE(empty_and_large_and_binary_replies_keep_their_place) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    for (int i = 0; i < 4; ++i) replies.open();
    const std::string large(100'000, 'x');
    const std::string binary("\0\r\n\xff", 4);
    std::string out = "before";
    replies.complete(3, binary, out);
    replies.complete(2, "", out);
    replies.complete(1, large, out);
    BOOST_TEST(out == "before");
    replies.complete(0, "a", out);
    BOOST_TEST((out == "beforea" + large + binary));
    BOOST_TEST(replies.pending() == 0U);
}

BOOST_AUTO_TEST_CASE(a_request_opened_behind_an_answered_one_waits_for_its_own_reply) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    std::string out;
    for (int i = 0; i < 4; ++i) replies.open();
    for (std::uint64_t i = 4; i-- > 1;) replies.complete(i, reply_to(i), out);
    const auto later = replies.open();
    replies.complete(0, reply_to(0), out);
    BOOST_TEST(out == "<0><1><2><3>");
    BOOST_TEST(replies.pending() == 1U);
    out.clear();
    replies.complete(later, reply_to(4), out);
    BOOST_TEST(out == "<4>");
}

BOOST_AUTO_TEST_CASE(what_is_held_is_counted_until_it_leaves) {
    shared::string_pool buffers;
    reply_order::memory memory{buffers, {}};
    reply_order replies(memory);
    std::string out;
    for (int i = 0; i < 4; ++i) replies.open();
    replies.complete(2, "four", out);
    replies.complete(1, "sixsix", out);
    BOOST_TEST(replies.held() == 10U);
    BOOST_TEST(replies.head() == 0U);
    replies.complete(0, "not held", out);
    BOOST_TEST(replies.held() == 0U);
    BOOST_TEST(replies.head() == 3U);
    replies.complete(3, "last", out);
    BOOST_TEST(memory.spare_rings.size() == 1U);
    BOOST_TEST(replies.open() == 4U);
    replies.complete(4, "!", out);
    BOOST_TEST(out == "not heldsixsixfourlast!");
}

BOOST_AUTO_TEST_SUITE_END()
