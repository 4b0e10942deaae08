#include "tests/component/proxy/upstream/connection_fixture.hpp"

using namespace proxy::test;
using proxy::failure;
using proxy::ticket;

BOOST_FIXTURE_TEST_SUITE(connection_test, connection_fixture)

BOOST_AUTO_TEST_CASE(the_first_request_makes_the_connection_and_its_reply_comes_back) {
    connect_to(backend.where());
    BOOST_TEST(backend.accepted() == 0U);
    ask({"GET", "k"});
    BOOST_TEST(link->in_flight() == 1U);
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(sink.ends[0].reply == "+OK\r\n");
    BOOST_TEST((backend.requests()[0] == support::words{"GET", "k"}));
    BOOST_TEST(link->in_flight() == 0U);
}

BOOST_AUTO_TEST_CASE(a_connection_can_be_made_ahead) {
    connect_to(backend.where()).ensure_connected(now);
    BOOST_TEST(until([&] { return backend.connected() == 1; }));
    link->ensure_connected(now);
    ask({"GET", "k"});
    BOOST_TEST(ended(1));
    BOOST_TEST(backend.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(many_requests_share_one_connection_and_stay_in_order) {
    connect_to(backend.where());
    backend.answer_with([](const support::words& request) { return "+" + request[1] + "\r\n"; });
    for (int i = 0; i < 5000; ++i) ask({"GET", std::to_string(i)});
    BOOST_TEST_REQUIRE(ended(5000));
    for (std::uint64_t i = 0; i < 5000; ++i) {
        BOOST_TEST_REQUIRE(sink.ends[i].request == i);
        BOOST_TEST_REQUIRE(sink.ends[i].reply == "+" + std::to_string(i) + "\r\n");
    }
    BOOST_TEST(backend.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_fails_what_waits_for_it_as_not_sent) {
    connect_to(support::free_endpoint());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(failed(0, failure::not_sent));
    BOOST_TEST(failed(1, failure::not_sent));
    BOOST_TEST(sink.ends[0].bytes == "*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    BOOST_TEST(sink.unreachable == std::vector<std::size_t>{7});
}

BOOST_AUTO_TEST_CASE(after_a_refusal_the_next_request_tries_again) {
    connect_to(backend.where());
    backend.die();
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(ended(1));
    backend.revive();
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[1].reply == "+OK\r\n");
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_not_made_in_time_fails) {
    connect_to(backend.where());
    ask({"GET", "a"});
    // The loop has not run: the connection is still in the making when its time is over.
    link->tick(now + milliseconds(199));
    BOOST_TEST(sink.ends.empty());
    link->tick(now + milliseconds(200));
    BOOST_TEST_REQUIRE(sink.ends.size() == 1U);
    BOOST_TEST(failed(0, failure::not_sent));
    BOOST_TEST(sink.unreachable.size() == 1U);
    settle();
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[1].reply == "+OK\r\n");
}

BOOST_AUTO_TEST_CASE(a_reset_fails_the_requests_in_flight_as_lost_with_their_bytes) {
    backend.answer_with([](const support::words&) { return ""; });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(arrived(2));
    backend.reset_connections();
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(failed(0, failure::lost));
    BOOST_TEST(failed(1, failure::lost));
    BOOST_TEST(sink.ends[1].bytes == "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n");
    BOOST_TEST(sink.unreachable.empty());
}

BOOST_AUTO_TEST_CASE(replies_that_came_before_the_reset_count) {
    backend.answer_with(
        [](const support::words& request) { return request[1] == "a" ? "+A\r\n" : ""; });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST_REQUIRE(arrived(2));
    backend.reset_connections();
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[0].reply == "+A\r\n");
    BOOST_TEST(failed(1, failure::lost));
}

BOOST_AUTO_TEST_CASE(a_request_may_be_sent_again_from_within_the_failure_of_another) {
    backend.answer_with([](const support::words&) { return ""; });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(arrived(2));
    sink.then = [&](const ticket& whose) {
        const auto bytes = sink.ends.back().bytes;
        link->begin().append(bytes);
        link->commit(whose, now);
    };
    backend.answer_with([](const support::words& request) { return "+" + request[1] + "\r\n"; });
    backend.reset_connections();
    BOOST_TEST_REQUIRE(ended(4));
    BOOST_TEST(sink.ends[2].reply == "+a\r\n");
    BOOST_TEST(sink.ends[3].reply == "+b\r\n");
    BOOST_TEST(backend.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(late_replies_are_dropped_and_the_next_ones_still_belong_to_their_requests) {
    backend.answer_with([](const support::words&) { return ""; });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(arrived(2));
    link->tick(now + milliseconds(1000));
    BOOST_TEST_REQUIRE(sink.ends.size() == 2U);
    BOOST_TEST(failed(0, failure::timed_out));
    BOOST_TEST(failed(1, failure::timed_out));
    now += milliseconds(1500);
    ask({"GET", "c"});
    BOOST_TEST_REQUIRE(arrived(3));
    backend.send("$4\r\nlate\r\n+late\r\n");
    settle();
    BOOST_TEST(sink.ends.size() == 2U);
    backend.send("+C\r\n");
    BOOST_TEST_REQUIRE(ended(3));
    BOOST_TEST(sink.ends[2].request == 2U);
    BOOST_TEST(sink.ends[2].reply == "+C\r\n");
    BOOST_TEST(backend.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(a_backend_that_never_answers_is_cut_off) {
    backend.answer_with([](const support::words&) { return ""; });
    connect_to(backend.where());
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(arrived(1));
    link->tick(now + milliseconds(1000));
    now += milliseconds(4500);
    ask({"GET", "b"});
    link->tick(now);
    BOOST_TEST(sink.ends.size() == 1U);
    link->tick(now + milliseconds(500));
    BOOST_TEST_REQUIRE(sink.ends.size() == 2U);
    BOOST_TEST(!failed(1, failure::timed_out));
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_reply_split_at_any_byte_is_handed_on_whole) {
    backend.answer_with([](const support::words&) { return ""; });
    connect_to(backend.where());
    const std::string reply = "*3\r\n$4\r\na\r\nb\r\n:42\r\n*2\r\n$-1\r\n+x\r\n";
    for (std::size_t split = 1; split < reply.size(); ++split) {
        const auto before = sink.ends.size();
        ask({"GET", "a"});
        BOOST_TEST_REQUIRE(arrived(before + 1));
        backend.send(reply.substr(0, split));
        settle();
        BOOST_TEST_REQUIRE(sink.ends.size() == before);
        backend.send(reply.substr(split));
        BOOST_TEST_REQUIRE(ended(before + 1));
        BOOST_TEST_REQUIRE(sink.ends.back().reply == reply);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_closes_the_connection) {
    backend.answer_with([](const support::words& request) {
        return request[1] == "a" ? "+A\r\nHTTP/1.1 400\r\n" : "";
    });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[0].reply == "+A\r\n");
    BOOST_TEST(failed(1, failure::malformed));
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_value_over_the_limit_is_no_reply) {
    connect_to(backend.where());
    backend.answer_with([](const support::words&) { return "$67108865\r\n"; });
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(failed(0, failure::malformed));
}

BOOST_AUTO_TEST_CASE(a_reply_that_nobody_asked_for_closes_the_connection) {
    backend.answer_with([](const support::words&) { return "+OK\r\n+OK\r\n"; });
    connect_to(backend.where());
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(sink.ends[0].reply == "+OK\r\n");
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
    backend.answer_with([](const support::words&) { return "+again\r\n"; });
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[1].reply == "+again\r\n");
}

BOOST_AUTO_TEST_CASE(a_greeting_before_any_request_closes_the_connection_and_loses_nothing) {
    connect_to(backend.where()).ensure_connected(now);
    BOOST_TEST_REQUIRE(until([&] { return backend.connected() == 1; }));
    backend.send("-ERR max number of clients reached\r\n");
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(ended(1));
    BOOST_TEST(sink.ends[0].reply == "+OK\r\n");
}

BOOST_AUTO_TEST_CASE(a_backend_that_is_full_has_done_nothing_of_what_it_was_sent) {
    backend.answer_with([](const support::words& request) {
        return request[1] == "b" ? "-ERR max number of clients reached\r\n" : "";
    });
    connect_to(backend.where());
    ask({"INCR", "a"});
    ask({"INCR", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(failed(0, failure::not_sent));
    BOOST_TEST(failed(1, failure::not_sent));
    BOOST_TEST(sink.ends[1].bytes == "*2\r\n$4\r\nINCR\r\n$1\r\nb\r\n");
    BOOST_TEST(sink.unreachable.empty());  // it serves those that it has
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_backend_that_is_full_is_tried_ever_more_seldom) {
    backend.answer_with([](const support::words&) {
        return "-ERR max number of clients + cluster connections reached\r\n";
    });
    connect_to(backend.where());
    for (std::size_t i = 1; i <= 20; ++i) {
        ask({"GET", "a"});
        link->tick(now);
        BOOST_TEST_REQUIRE(ended(i));
        BOOST_TEST(failed(i - 1, failure::not_sent));
    }
    BOOST_TEST(backend.accepted() <= 3U);
}

BOOST_AUTO_TEST_CASE(what_a_full_backend_says_is_a_reply_once_there_was_another) {
    const std::string same = "-ERR max number of clients reached\r\n";
    backend.answer_with([&](const support::words& request) {
        return request[1] == "a" ? std::string("+A\r\n") : same;
    });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(sink.ends[0].reply == "+A\r\n");
    BOOST_TEST(sink.ends[1].reply == same);
}

BOOST_AUTO_TEST_CASE(a_large_request_leaves_in_pieces_as_the_backend_takes_them) {
    connect_to(backend.where());
    backend.stop_reading();
    const std::string value(32 * 1024 * 1024, 'v');
    ask({"SET", "k", value});
    ask({"GET", "k"});
    settle();
    BOOST_TEST(backend.requests().empty());
    BOOST_TEST(sink.ends.empty());
    backend.go_on_reading();
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST_REQUIRE(backend.requests().size() == 2U);
    BOOST_TEST((backend.requests()[0][2] == value));
}

BOOST_AUTO_TEST_CASE(a_request_of_which_a_part_has_left_counts_as_sent_when_the_connection_breaks) {
    connect_to(backend.where());
    backend.stop_reading();
    const std::string value(32 * 1024 * 1024, 'v');
    ask({"SET", "k", value});
    ask({"GET", "k"});
    settle();
    BOOST_TEST(link->queued_bytes() > value.size());
    backend.reset_connections();
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST(failed(0, failure::lost));
    BOOST_TEST(failed(1, failure::not_sent));
}

BOOST_AUTO_TEST_CASE(a_late_request_of_which_nothing_has_left_is_not_sent_any_more) {
    connect_to(backend.where());
    backend.stop_reading();
    const std::string value(32 * 1024 * 1024, 'v');
    ask({"SET", "k", value});
    ask({"INCR", "n"});
    settle();
    link->tick(now + milliseconds(1000));
    BOOST_TEST_REQUIRE(sink.ends.size() == 2U);
    BOOST_TEST(sink.ends[0].request == 1U);
    BOOST_TEST(failed(0, failure::not_sent));
    BOOST_TEST(sink.ends[0].bytes == "*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n");
    BOOST_TEST(failed(1, failure::timed_out));
    backend.go_on_reading();
    now += milliseconds(1000);
    ask({"GET", "k"});
    BOOST_TEST_REQUIRE(ended(3));
    BOOST_TEST(sink.ends[2].request == 2U);
    BOOST_TEST_REQUIRE(backend.requests().size() == 2U);
    BOOST_TEST((backend.requests()[0][2] == value));
    BOOST_TEST((backend.requests()[1] == support::words{"GET", "k"}));
}

BOOST_AUTO_TEST_CASE(a_large_reply_arrives_whole) {
    const std::string reply = "$20000000\r\n" + std::string(20'000'000, 'r') + "\r\n";
    backend.answer_with(
        [&](const support::words& request) { return request[1] == "a" ? reply : "+small\r\n"; });
    connect_to(backend.where());
    ask({"GET", "a"});
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(2));
    BOOST_TEST((sink.ends[0].reply == reply));
    BOOST_TEST(sink.ends[1].reply == "+small\r\n");
}

BOOST_AUTO_TEST_CASE(dropping_fails_what_is_under_way) {
    backend.answer_with([](const support::words&) { return ""; });
    connect_to(backend.where());
    ask({"GET", "a"});
    BOOST_TEST_REQUIRE(arrived(1));
    ask({"GET", "b"});
    link->drop();
    BOOST_TEST_REQUIRE(sink.ends.size() == 2U);
    BOOST_TEST(failed(0, failure::lost));
    BOOST_TEST(failed(1, failure::not_sent));
    link->drop();
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
}

BOOST_AUTO_TEST_CASE(what_is_given_up_under_way_is_reset_and_an_idle_connection_is_closed) {
    for (const bool idle : {false, true}) {
        boost::asio::ip::tcp::acceptor acceptor(owner.context(),
                                                {boost::asio::ip::address_v4::loopback(), 0});
        connect_to(acceptor.local_endpoint());
        ask({"GET", "a"});
        settle();
        support::peer server(acceptor.accept());
        BOOST_TEST_REQUIRE(until([&] { return !server.received().empty(); }));
        if (idle) server.send("+OK\r\n");
        settle();
        link->drop();
        BOOST_TEST(until([&] { return server.closed(); }));
        BOOST_TEST(server.was_reset() == !idle);
    }
}

BOOST_AUTO_TEST_CASE(a_connection_may_be_destroyed_in_every_state) {
    connect_to(backend.where());
    ask({"GET", "a"});
    link.reset();
    settle();
    connect_to(backend.where());
    ask({"GET", "b"});
    BOOST_TEST_REQUIRE(ended(1));
    ask({"GET", "c"});
    link.reset();
    settle();
    BOOST_TEST(sink.ends.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
