#include "tests/component/shared/net/session_fixture.hpp"

using namespace shared::test;

BOOST_FIXTURE_TEST_SUITE(client_session_test, session_fixture)

BOOST_AUTO_TEST_CASE(a_request_is_answered) {
    start();
    ends.client.send("say hello\n");
    BOOST_TEST(hears("+hello\r\n"));
}

BOOST_AUTO_TEST_CASE(bytes_that_came_before_the_start_are_read) {
    ends.client.send("say early\r\n");
    start();
    BOOST_TEST(hears("+early\r\n"));
}

BOOST_AUTO_TEST_CASE(a_request_may_be_split_at_any_byte) {
    start();
    const std::string request = "*2\r\n$3\r\nsay\r\n$2\r\nab\r\nsay cd\r\n";
    for (std::size_t split = 1; split < request.size(); ++split) {
        BOOST_TEST_CONTEXT("split at " << split) {
            ends.client.forget_received();
            ends.client.send(request.substr(0, split));
            settle();
            ends.client.send(request.substr(split));
            BOOST_TEST_REQUIRE(hears("+ab\r\n+cd\r\n"));
        }
    }
}

BOOST_AUTO_TEST_CASE(many_requests_in_one_write_are_answered_in_their_order) {
    start();
    std::string requests;
    std::string replies;
    for (int i = 0; i < 20'000; ++i) {
        requests += "say " + std::to_string(i) + "\n";
        replies += "+" + std::to_string(i) + "\r\n";
    }
    ends.client.send(requests);
    BOOST_TEST(until([&] { return ends.client.received().size() >= replies.size(); }));
    BOOST_TEST((ends.client.received() == replies));
}

BOOST_AUTO_TEST_CASE(empty_lines_are_no_requests) {
    start();
    ends.client.send("\n\r\n*0\r\nsay x\n");
    BOOST_TEST(hears("+x\r\n"));
    BOOST_TEST(session->heard.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_that_only_ended_its_sending_gets_its_replies_first) {
    start();
    ends.client.send("say one\nlater\n");
    ends.client.end_sending();
    BOOST_TEST(until([&] { return session->owed == 1; }));
    BOOST_TEST(hears("+one\r\n"));
    settle();
    BOOST_TEST(!ended);
    session->pay();
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received() == "+one\r\n+paid\r\n");
    BOOST_TEST(!ends.client.was_reset());
}

BOOST_AUTO_TEST_CASE(a_request_cut_off_by_the_end_of_the_stream_is_not_run) {
    start();
    ends.client.send("say one\nsay tw");
    ends.client.end_sending();
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received() == "+one\r\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_vanishes_ends_the_session) {
    start();
    ends.client.send("say one\nlater\n");
    BOOST_TEST(until([&] { return session->owed == 1; }));
    ends.client.reset();
    settle();
    if (!ended) session->pay();
    BOOST_TEST(until([&] { return ended && table.size() == 0; }));
}

BOOST_AUTO_TEST_CASE(what_a_client_sent_that_has_reset_its_connection_is_not_done) {
    std::size_t heard = 1;
    start().on_end([&] {
        heard = session->heard.size();
        ended = true;
    });
    ends.client.send("say one\n");
    ends.client.reset();
    BOOST_TEST(until([&] { return ended && table.size() == 0; }));
    BOOST_TEST(heard == 0U);
}

BOOST_AUTO_TEST_CASE(malformed_input_is_answered_and_ends_the_connection) {
    start();
    ends.client.send("say one\n*2\r\n$x\r\n");
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received() == "+one\r\n-ERR Protocol error: invalid bulk length\r\n");
}

BOOST_AUTO_TEST_CASE(what_comes_behind_malformed_input_is_ignored) {
    start();
    ends.client.send("*1\r\n!\r\nsay two\n");
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received().starts_with("-ERR Protocol error"));
    BOOST_TEST(ends.client.received().find("two") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_until_reading_is_allowed_again) {
    start().willing = false;
    ends.client.send("say one\n");
    settle();
    BOOST_TEST(session->heard.empty());
    session->resume();
    settle();
    BOOST_TEST(session->heard.empty());
    session->willing = true;
    session->resume();
    BOOST_TEST(hears("+one\r\n"));
}

BOOST_AUTO_TEST_CASE(requests_already_received_wait_too_and_go_on_in_order) {
    auto& one = start();
    one.busy = true;
    ends.client.send("say one\nsay two\nsay thr");
    settle();
    BOOST_TEST(one.heard.empty());
    ends.client.send("ee\nsay four\n");
    settle();
    one.busy = false;
    one.resume();
    BOOST_TEST(hears("+one\r\n+two\r\n+three\r\n+four\r\n"));
}

BOOST_AUTO_TEST_CASE(the_end_of_the_stream_is_noticed_after_a_pause) {
    auto& one = start();
    one.willing = false;
    ends.client.send("say one\n");
    ends.client.end_sending();
    settle();
    BOOST_TEST(!ended);
    one.willing = true;
    one.resume();
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received() == "+one\r\n");
}

BOOST_AUTO_TEST_CASE(a_value_of_many_megabytes_arrives_whole) {
    start();
    const std::string value(20 * 1024 * 1024, 'v');
    std::string request =
        "*2\r\n$4\r\nkeep\r\n$" + std::to_string(value.size()) + "\r\n" + value + "\r\nsay done\n";
    ends.client.send(request);
    BOOST_TEST(hears("+done\r\n"));
    BOOST_TEST_REQUIRE(session->heard.size() == 2U);
    BOOST_TEST((session->heard[0] == value));
}

BOOST_AUTO_TEST_CASE(a_value_over_the_limit_is_malformed_at_its_length) {
    start({.value = 1000});
    ends.client.send("*2\r\n$3\r\nsay\r\n$1001\r\n");
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received() == "-ERR Protocol error: invalid bulk length\r\n");
}

BOOST_AUTO_TEST_CASE(finishing_answers_what_was_asked_and_reads_no_more) {
    auto& one = start();
    ends.client.send("later\n");
    BOOST_TEST(until([&] { return one.owed == 1; }));
    one.finish();
    ends.client.send("say more\n");
    settle();
    BOOST_TEST(!ended);
    one.pay();
    BOOST_TEST(until([&] { return ended && table.size() == 0; }));
}

BOOST_AUTO_TEST_CASE(finishing_begins_the_requests_that_wait_for_their_time) {
    start();
    session->busy = true;
    ends.client.send("say one\nsay two\n");
    settle();
    session->finish();
    settle();
    BOOST_TEST(!ended);
    session->busy = false;
    session->resume();
    BOOST_TEST(hears("+one\r\n+two\r\n"));
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(the_end_of_the_stream_does_not_overtake_a_request_that_waits) {
    start();
    session->busy = true;
    ends.client.send("say one\n");
    settle();
    ends.client.end_sending();
    settle();
    BOOST_TEST(!ended);
    session->busy = false;
    session->resume();
    BOOST_TEST(hears("+one\r\n"));
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(a_request_may_end_the_connection_behind_its_reply) {
    start();
    ends.client.send("say one\nbye\nsay two\n");
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received() == "+one\r\n");
}

BOOST_FIXTURE_TEST_CASE(bytes_behind_the_end_do_not_cost_the_replies_before_it,
                        small_buffer_fixture) {
    start();
    ends.client.send("fill 3000000\nbye now\n" + std::string(200'000, 'x'));
    BOOST_TEST(until([&] { return ends.client.closed(); }));
    BOOST_TEST(ends.client.received().size() == 3'000'000U);
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(a_request_may_close_the_connection_at_once) {
    start();
    ends.client.send("drop\nsay two\n");
    BOOST_TEST(is_over());
    BOOST_TEST(ends.client.received().empty());
}

BOOST_AUTO_TEST_CASE(a_request_without_memory_ends_its_connection_alone) {
    start();
    ends.client.send("throw\n");
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(a_request_that_has_waited_and_gets_no_memory_ends_its_connection_alone) {
    start();
    ends.client.send("later\n");
    BOOST_TEST(until([&] { return session->owed == 1; }));
    session->busy = true;
    ends.client.send("throw\n");
    settle();
    BOOST_TEST(!ended);
    session->busy = false;
    session->pay();  // its turn ends with what waits
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(a_session_that_cannot_be_started_leaves_none_behind) {
    boost::asio::ip::tcp::socket closed(owner.context());
    BOOST_CHECK_THROW(table.emplace(owner, std::move(closed), shared::request_limits{}),
                      boost::system::system_error);
    BOOST_TEST(table.size() == 0U);
    start();
    ends.client.send("say hello\n");
    BOOST_TEST(hears("+hello\r\n"));
}

BOOST_AUTO_TEST_CASE(the_place_of_a_gone_session_is_used_again_under_another_number) {
    start();
    ends.client.close();
    BOOST_TEST(until([&] { return table.size() == 0; }));
    BOOST_TEST((table.find({0, 1}) == nullptr));
    support::connected_pair next(owner.context());
    auto& second = table.emplace(owner, std::move(next.server), shared::request_limits{});
    BOOST_TEST((table.find({0, 1}) == nullptr));
    BOOST_TEST((table.find({0, 2}) == &second));
    BOOST_TEST((table.find({1, 1}) == nullptr));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_does_not_read_is_not_read_from_and_goes_on_later,
                        small_buffer_fixture) {
    auto& one = start();
    std::string requests;
    constexpr std::size_t rounds = 400;
    constexpr std::size_t reply = 100'000;
    for (std::size_t i = 0; i < rounds; ++i) requests += "fill " + std::to_string(reply) + "\n";
    ends.client.send(requests);
    settle();
    const std::size_t served = one.heard.size();
    BOOST_TEST(served > 0U);
    // A megabyte may be queued, and the kernel holds a few more.
    BOOST_TEST(served < rounds / 2);
    settle();
    BOOST_TEST(one.heard.size() == served);
    std::size_t taken = 0;
    BOOST_TEST(until([&] {
        taken += ends.client.received().size();
        ends.client.forget_received();
        return taken == rounds * reply;
    }));
    BOOST_TEST(one.heard.size() == rounds);
    ends.client.send("say on\n");
    BOOST_TEST(hears("+on\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_does_not_read_and_vanishes_ends_the_session,
                        small_buffer_fixture) {
    start();
    for (int i = 0; i < 200; ++i) ends.client.send("fill 100000\n");
    settle();
    ends.client.reset();
    BOOST_TEST(until([&] { return ended && table.size() == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
