#include "proxy/upstream/link.hpp"

#include "proxy/frontend/lanes.hpp"
#include "shared/resp/encoder.hpp"
#include "tests/support/fake_backend.hpp"
#include "tests/support/loop.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using proxy::connection;
using proxy::ticket;
using std::chrono::milliseconds;

namespace {

struct counting_sink final : proxy::reply_sink {
    void on_reply(const ticket&, std::string_view) override { ++replies; }
    void on_failure(const ticket&, std::string_view, proxy::failure) override { ++failures; }
    void on_unreachable(std::size_t) override {}
    proxy::large_choice on_large(connection&, const ticket&, std::size_t) override {
        return proxy::large_choice::hold;
    }
    bool on_piece(connection&, const ticket&, const shared::reply_piece&) override { return true; }

    int replies = 0;
    int failures = 0;
};

struct link_fixture {
    void ask(connection& way) {
        shared::append_request(way.begin(), std::vector<std::string_view>{"GET", "k"});
        way.commit({.client = {1, 1}}, shared::steady_now());
    }
    bool until(const std::function<bool()>& predicate) {
        return support::run_until(owner.context(), predicate);
    }

    shared::worker owner{0};
    support::fake_backend backend{owner.context()};
    counting_sink sink;
    proxy::link link{
        owner,
        {.each = {0, backend.where(), milliseconds(500), milliseconds(1000), {}, 64UL * 1024},
         .connections = 2,
         .most_lanes = 3},
        sink};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(link_test, link_fixture)

BOOST_AUTO_TEST_CASE(a_client_keeps_its_shared_connection) {
    BOOST_TEST(&link.shared_by(4) == &link.shared_by(4));
    BOOST_TEST(&link.shared_by(4) == &link.shared_by(6));
    BOOST_TEST(&link.shared_by(4) != &link.shared_by(5));
}

BOOST_AUTO_TEST_CASE(lanes_are_lent_to_one_at_a_time_and_no_more_than_allowed) {
    std::set<connection*> lent;
    for (int i = 0; i < 3; ++i) lent.insert(link.take_lane());
    BOOST_TEST(lent.size() == 3U);
    BOOST_TEST((lent.count(nullptr) == 0U));
    BOOST_TEST((link.take_lane() == nullptr));
    BOOST_TEST(link.lanes_lent() == 3U);
    link.give_back(**lent.begin());
    BOOST_TEST(link.lanes_lent() == 2U);
    BOOST_TEST((link.take_lane() == *lent.begin()));
}

BOOST_AUTO_TEST_CASE(what_was_under_way_on_a_lane_that_is_given_back_is_forgotten) {
    backend.answer_with([](const support::words&) { return ""; });
    auto& lane = *link.take_lane();
    ask(lane);
    ask(link.shared_by(0));
    BOOST_TEST_REQUIRE(until([&] { return backend.requests().size() == 2; }));
    BOOST_TEST(link.in_flight() == 2U);
    link.give_back(lane);
    BOOST_TEST(link.in_flight() == 1U);
    BOOST_TEST(sink.failures == 0);
    backend.answer_with([](const support::words&) { return "$-1\r\n"; });
    ask(*link.take_lane());
    BOOST_TEST(until([&] { return sink.replies == 1; }));
}

BOOST_AUTO_TEST_CASE(a_backend_that_is_down_fails_what_is_under_way_on_all) {
    backend.answer_with([](const support::words&) { return ""; });
    ask(*link.take_lane());
    ask(link.shared_by(1));
    BOOST_TEST_REQUIRE(until([&] { return backend.requests().size() == 2; }));
    link.tick(shared::steady_now(), false);
    BOOST_TEST(sink.failures == 2);
    BOOST_TEST(link.in_flight() == 0U);
}

BOOST_AUTO_TEST_CASE(a_lane_takes_requests_in_their_order_only) {
    proxy::lanes own;
    auto* const first = own.take(link, 5);
    BOOST_TEST((own.take(link, 6) == first));
    auto* const second = own.take(link, 6);  // as a part of the same request, or sent again
    BOOST_TEST((second != nullptr && second != first));
    BOOST_TEST((own.take(link, 3) != nullptr));  // a third
    BOOST_TEST((own.take(link, 2) == nullptr));
    BOOST_TEST(own.has(*first));
    BOOST_TEST(!own.has(link.shared_by(0)));
    own.give_back();
    BOOST_TEST(link.lanes_lent() == 0U);
}

BOOST_AUTO_TEST_CASE(who_gets_no_lane_stays_with_the_shared_connection) {
    proxy::lanes greedy;
    proxy::lanes late;
    for (std::uint64_t i = 3; i > 0; --i) BOOST_TEST((greedy.take(link, i) != nullptr));
    auto& shared_one = link.shared_by(0);
    BOOST_TEST(&late.take_or(link, 1, shared_one) == &shared_one);
    greedy.give_back();
    BOOST_TEST(&late.take_or(link, 2, shared_one) == &shared_one);
    BOOST_TEST(!late.has(shared_one));
    late.forget_fallbacks();
    BOOST_TEST(&late.take_or(link, 3, shared_one) != &shared_one);
}

BOOST_AUTO_TEST_CASE(a_request_sent_again_without_a_lane_leaves_later_ones_on_theirs) {
    proxy::lanes own;
    auto* const lane = own.take(link, 5);
    while (link.take_lane() != nullptr) {
    }
    auto& shared_one = link.shared_by(0);
    BOOST_TEST(&own.take_or(link, 2, shared_one) == &shared_one);
    BOOST_TEST(&own.take_or(link, 6, shared_one) == lane);
}

BOOST_AUTO_TEST_SUITE_END()
