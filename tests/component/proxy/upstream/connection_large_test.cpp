// Replies that are large: held, passed on, discarded or left where they are.
#include "tests/component/proxy/upstream/connection_fixture.hpp"

using namespace proxy::test;
using proxy::failure;
using proxy::ticket;

namespace {

std::string bulk(std::size_t size) {
    return "$" + std::to_string(size) + "\r\n" + std::string(size, 'v') + "\r\n";
}

/// Replies to GET n with a value of n bytes.
std::string sized(const support::words& request) {
    return bulk(std::stoul(request[1]));
}

constexpr std::size_t large = 64UL * 1024;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(connection_large_test, connection_fixture)

BOOST_AUTO_TEST_CASE(a_reply_is_large_from_the_first_byte_beyond_the_limit) {
    connect_to(backend.where());
    backend.answer_with([](const support::words& request) {
        return "+" + std::string(std::stoul(request[1]), 'x') + "\r\n";
    });
    ask({"GET", std::to_string(large - 3)});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(sink.asked.empty());
    backend.answer_with(sized);
    ask({"GET", std::to_string(large)});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST_REQUIRE(sink.asked.size() == 1U);
    BOOST_TEST(sink.asked[0] == bulk(large).size());
    BOOST_TEST(sink.ends[1].reply == bulk(large));
}

BOOST_AUTO_TEST_CASE(a_large_reply_that_is_held_comes_whole_and_is_asked_about_as_it_doubles) {
    connect_to(backend.where());
    std::string array = "*40\r\n";
    for (int i = 0; i < 40; ++i) array += bulk(50'000);
    backend.answer_with([&](const support::words&) { return array; });
    ask({"LRANGE", "k"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(sink.ends[0].reply == array);
    BOOST_TEST(sink.asked.size() >= 3U);
    BOOST_TEST(sink.asked.size() <= 6U);
}

BOOST_AUTO_TEST_CASE(leave_to_hold_one_large_reply_is_no_leave_for_the_next) {
    connect_to(backend.where());
    backend.answer_with(sized);
    ask({"GET", "3000000"});
    ask({"GET", "100000"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST_REQUIRE(sink.asked.size() == 2U);
    BOOST_TEST(sink.asked[1] == bulk(100'000).size());
}

BOOST_AUTO_TEST_CASE(a_large_reply_is_passed_on_in_pieces_and_the_next_ones_are_whole) {
    connect_to(backend.where());
    backend.answer_with(sized);
    sink.choice = proxy::large_choice::pass_on;
    ask({"GET", "3000000"});
    ask({"GET", "3"});
    ask({"GET", "100000"});
    ask({"GET", "5"});
    BOOST_TEST_REQUIRE(ended(4));
    BOOST_TEST((sink.passed_on == bulk(3'000'000) + bulk(100'000)));
    BOOST_TEST(sink.ends[1].reply == bulk(3));
    BOOST_TEST(sink.ends[3].reply == bulk(5));
    BOOST_TEST(link->in_flight() == 0U);
}

BOOST_AUTO_TEST_CASE(a_large_reply_that_is_discarded_costs_the_others_nothing) {
    connect_to(backend.where());
    backend.answer_with(sized);
    sink.choice = proxy::large_choice::discard;
    ask({"GET", "1"});
    ask({"GET", "5000000"});
    ask({"GET", "2"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[0].reply == bulk(1));
    BOOST_TEST(sink.ends[1].reply == bulk(2));
    BOOST_TEST(link->in_flight() == 0U);
}

BOOST_AUTO_TEST_CASE(an_array_of_a_million_items_passes_and_costs_the_others_nothing) {
    std::string array = "*1100000\r\n";
    for (int i = 0; i < 1'100'000; ++i) array += i % 2 == 0 ? ":7\r\n" : "$1\r\nv\r\n";
    backend.answer_with(
        [&](const support::words& request) { return request[0] == "LRANGE" ? array : "+OK\r\n"; });
    for (const auto choice :
         {proxy::large_choice::hold, proxy::large_choice::pass_on, proxy::large_choice::discard}) {
        connect_to(backend.where());
        sink.ends.clear();
        sink.choice = choice;
        ask({"LRANGE", "k", "0", "-1"});
        ask({"GET", "k"});
        BOOST_TEST_REQUIRE(ended(choice == proxy::large_choice::discard ? 1 : 2));
        BOOST_TEST(sink.ends.back().reply == "+OK\r\n");
        if (choice == proxy::large_choice::hold) BOOST_TEST((sink.ends[0].reply == array));
        BOOST_TEST(link->in_flight() == 0U);
    }
    BOOST_TEST((sink.passed_on == array));
}

BOOST_AUTO_TEST_CASE(what_waits_is_not_read_until_resumed_and_does_not_time_out) {
    connect_to(backend.where());
    backend.answer_with(sized);
    sink.choice = proxy::large_choice::wait;
    ask({"GET", "5000000"});
    ask({"GET", "2"});
    BOOST_TEST_REQUIRE(until([&] { return !sink.asked.empty(); }));
    settle();
    for (int seconds = 1; seconds < 20; ++seconds) link->tick(now + std::chrono::seconds(seconds));
    BOOST_TEST(sink.ends.empty());
    sink.choice = proxy::large_choice::pass_on;
    link->resume();
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST((sink.passed_on == bulk(5'000'000)));
    BOOST_TEST(sink.ends[1].reply == bulk(2));
    BOOST_TEST(sink.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(passing_on_stops_where_the_sink_says_and_goes_on) {
    connect_to(backend.where());
    backend.answer_with(sized);
    sink.choice = proxy::large_choice::pass_on;
    sink.goes_on = false;
    ask({"GET", "300000"});
    ask({"GET", "2"});
    int turns = 0;
    while (sink.ends.size() < 2 && ++turns < 1000) {
        const auto before = sink.passed_on.size();
        settle();
        BOOST_TEST(sink.passed_on.size() - before <= 64UL * 1024);
        link->resume();
    }
    BOOST_TEST((sink.passed_on == bulk(300'000)));
    BOOST_TEST(turns > 5);
    BOOST_TEST(sink.ends.at(1).reply == bulk(2));
}

BOOST_AUTO_TEST_CASE(a_large_reply_that_stalls_halfway_times_out_and_one_that_breaks_is_lost) {
    connect_to(backend.where());
    backend.answer_with(
        [](const support::words&) { return "$5000000\r\n" + std::string(200'000, 'v'); });
    sink.choice = proxy::large_choice::pass_on;
    ask({"GET", "k"});
    BOOST_TEST_REQUIRE(until([&] { return sink.passed_on.size() > 190'000; }));
    settle();
    link->tick(now + milliseconds(900));
    link->tick(now + milliseconds(1800));
    BOOST_TEST(sink.ends.empty());
    link->tick(now + milliseconds(1900));
    BOOST_TEST_REQUIRE(sink.ends.size() == 1U);
    BOOST_TEST(failed(0, failure::timed_out));
    ask({"GET", "k"});
    settle();
    backend.die();
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(failed(1, failure::lost));
}

BOOST_AUTO_TEST_CASE(a_large_reply_with_a_wrong_end_breaks_the_connection) {
    connect_to(backend.where());
    backend.answer_with(
        [](const support::words&) { return "$100000\r\n" + std::string(100'002, 'v'); });
    sink.choice = proxy::large_choice::pass_on;
    ask({"GET", "k"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(failed(0, failure::malformed));
}

BOOST_AUTO_TEST_CASE(what_was_under_way_on_an_abandoned_connection_is_forgotten) {
    connect_to(backend.where());
    backend.answer_with([](const support::words&) { return ""; });
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(arrived(1));
    link->abandon();
    settle();
    BOOST_TEST(sink.ends.empty());
    BOOST_TEST(link->in_flight() == 0U);
    backend.answer_with(sized);
    ask({"GET", "1"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(sink.ends[0].reply == bulk(1));
}

BOOST_AUTO_TEST_SUITE_END()
