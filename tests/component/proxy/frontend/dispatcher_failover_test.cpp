// Budget of second tries, detection by time-outs, backoff and slow start, over real sockets.
#include "proxy/frontend/dispatcher.hpp"
#include "tests/component/proxy/frontend/pool_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

using namespace proxy::test;
using proxy::policy_kind;

namespace {

struct slow_start_fixture : pool_fixture {
    slow_start_fixture() : pool_fixture(policy_kind::consistent_hash, 0, milliseconds(640)) {}
};

struct copying_fixture : pool_fixture {
    copying_fixture() : pool_fixture(policy_kind::round_robin) {}
};

std::string silence(const words&) {
    return {};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(dispatcher_failover_test, pool_fixture)

BOOST_AUTO_TEST_CASE(no_more_reads_are_sent_again_than_the_budget_has) {
    facts.retries = {.share = 0, .least = 0, .most = 3};
    renew_dispatcher();
    auto& client = connect();
    const auto key = key_of(0);
    stores[1].values[key] = "partner";
    backends[0]->answer_with(silence);
    std::string reads;
    for (int i = 0; i < 12; ++i) reads += "GET " + key + "\n";
    client.send(reads);
    BOOST_TEST(until([&] { return backends[0]->requests().size() == 12; }));
    backends[0]->die();
    std::string expected;
    for (int i = 0; i < 3; ++i) expected += "$7\r\npartner\r\n";
    for (int i = 3; i < 12; ++i) {
        expected +=
            "-UNAVAILABLE connection to backend 'a1' was lost, and too many requests are sent "
            "again already\r\n";
    }
    BOOST_TEST(until([&] { return client.received().size() >= expected.size(); }));
    BOOST_TEST(client.received() == expected);
    BOOST_TEST(counts[0].retried.get() == 3U);
    BOOST_TEST(counts[0].retries_refused.get() == 9U);
    BOOST_TEST(backends[1]->requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_backend_that_leaves_a_row_of_requests_unanswered_is_down_without_a_probe) {
    auto& client = connect();
    const auto key = key_of(0);
    stores[1].values[key] = "partner";
    backends[0]->answer_with(silence);
    std::string reads;
    for (int i = 0; i < 4; ++i) reads += "GET " + key + "\n";
    client.send(reads);
    BOOST_TEST(until([&] { return counts[0].timed_out.get() == 4U; }));
    BOOST_TEST((board.status(0) == proxy::backend_status::ready));
    client.send("GET " + key + "\n");  // the fifth in the row
    BOOST_TEST(until([&] { return board.status(0) == proxy::backend_status::down; }));
    const auto lines = [&] {
        return std::count(client.received().begin(), client.received().end(), '\n');
    };
    BOOST_TEST(until([&] { return lines() == 5; }));
    gives(client, "GET " + key + "\n", "$7\r\npartner\r\n");
}

BOOST_AUTO_TEST_CASE(a_reply_between_time_outs_begins_the_row_anew) {
    auto& client = connect();
    const auto read = "GET " + key_of(0) + "\n";
    backends[0]->answer_with(silence);
    client.send(read + read + read + read);
    BOOST_TEST(until([&] { return counts[0].timed_out.get() == 4U; }));
    backends[0]->send("$-1\r\n$-1\r\n$-1\r\n$-1\r\n");  // late, but they come
    settle();
    client.send(read);
    BOOST_TEST(until([&] { return counts[0].timed_out.get() == 5U; }));
    tick();
    BOOST_TEST((board.status(0) == proxy::backend_status::ready));
}

BOOST_AUTO_TEST_CASE(time_in_which_the_proxy_stood_still_is_no_silence_of_a_backend) {
    auto& client = connect();
    const auto read = "GET " + key_of(0) + "\n";
    backends[0]->answer_with(silence);
    std::string reads, replies;
    for (int i = 0; i < 6; ++i) {
        reads += read;
        replies += "$-1\r\n";
    }
    client.send(reads);
    BOOST_TEST_REQUIRE(until([&] { return backends[0]->requests().size() == 6; }));
    std::this_thread::sleep_for(facts.request_timeout + milliseconds(100));
    tick();
    backends[0]->send(replies);
    BOOST_TEST(until([&] { return client.received().size() >= replies.size(); }));
    BOOST_TEST(client.received() == replies);
    BOOST_TEST(counts[0].timed_out.get() == 0U);
    BOOST_TEST((board.status(0) == proxy::backend_status::ready));
}

BOOST_FIXTURE_TEST_CASE(where_all_hold_every_key_one_without_a_partner_is_left_to_the_probes,
                        copying_fixture) {
    facts.pairs = proxy::topology({proxy::nobody, proxy::nobody, proxy::nobody, proxy::nobody});
    renew_dispatcher();
    auto& client = connect();
    backends[0]->answer_with(silence);
    std::string reads;
    for (int i = 0; i < 40; ++i) reads += "GET k\n";
    client.send(reads);
    BOOST_TEST(until([&] { return counts[0].timed_out.get() >= 10; }));
    tick();
    BOOST_TEST((board.status(0) == proxy::backend_status::ready));
}

BOOST_AUTO_TEST_CASE(a_partner_that_has_not_caught_up_is_asked_again_only_if_the_home_is_down) {
    auto& client = connect();
    const auto key = key_of(0);
    stores[0].values[key] = "home";
    stores[1].values[key] = "old";
    board.on_probe(1, proxy::probe_outcome::catching_up);
    tick();
    const auto asked_in_vain = [&] {
        const auto before = backends[0]->requests().size();
        backends[0]->answer_with(silence);
        client.forget_received();
        client.send("GET " + key + "\n");
        BOOST_TEST_REQUIRE(until([&] { return backends[0]->requests().size() > before; }));
        backends[0]->answer_with(
            [this](const words& request) { return stores[0].answer(request); });
    };
    asked_in_vain();
    backends[0]->reset_connections();
    BOOST_TEST(until([&] { return client.received() == "$4\r\nhome\r\n"; }));
    BOOST_TEST(backends[1]->requests().empty());
    asked_in_vain();
    board.on_refused(0);
    BOOST_TEST(until([&] { return client.received() == "$3\r\nold\r\n"; }));
}

BOOST_AUTO_TEST_CASE(connections_to_a_backend_that_ends_them_are_tried_ever_more_seldom) {
    // It accepts and ends every connection, as a server does that is full; the probes are well.
    settle();
    const auto before = backends[0]->accepted();
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < milliseconds(1000)) {
        backends[0]->reset_connections();
        tick();
    }
    // Two connections: a tick apart each would have tried some 180 times.
    const auto tries = backends[0]->accepted() - before;
    BOOST_TEST(tries >= 2U);
    BOOST_TEST(tries <= 60U);
}

BOOST_AUTO_TEST_CASE(a_backend_that_has_come_back_is_connected_at_once_however_often_it_failed) {
    settle();
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < milliseconds(500)) {
        backends[0]->reset_connections();
        tick();
    }
    take_down(0);
    backends[0]->revive();
    const auto before = backends[0]->accepted();
    tick();
    BOOST_TEST(backends[0]->accepted() == before);
    board.on_probe(0, proxy::probe_outcome::ready);
    tick();
    settle();
    BOOST_TEST(backends[0]->accepted() == before + facts.connections);
}

BOOST_AUTO_TEST_CASE(what_a_backend_is_asked_while_it_loads_its_partner_answers) {
    auto& client = connect();
    const auto key = key_of(0);
    stores[1].values[key] = "7";
    const auto loading = [](const words&) { return "-LOADING the log is being read\r\n"; };
    backends[0]->answer_with(loading);
    gives(client, "GET " + key + "\n", "$1\r\n7\r\n");
    gives(client, "INCR " + key + "\n", ":8\r\n");
    gives(client, "MGET " + key + " " + key_of(2) + "\n", "*2\r\n$1\r\n8\r\n$-1\r\n");
    backends[1]->answer_with(loading);
    BOOST_TEST(line(client, "GET " + key + "\n") ==
               "-LOADING backend 'a2' is loading its data, and no partner can answer\r\n");
    BOOST_TEST(backends[1]->requests().size() == 4U);
}

BOOST_AUTO_TEST_CASE(what_a_backend_that_is_full_is_asked_its_partner_answers) {
    auto& client = connect();
    const auto key = key_of(0);
    backends[0]->answer_with([](const words&) { return "-ERR max number of clients reached\r\n"; });
    gives(client, "INCR " + key + "\n", ":1\r\n");
    gives(client, "INCR " + key + "\n", ":2\r\n");
    BOOST_TEST(stores[1].values[key] == "2");
    BOOST_TEST((board.status(0) == proxy::backend_status::ready));
}

BOOST_AUTO_TEST_CASE(while_a_pair_is_down_clients_that_ask_on_and_on_bring_no_connection) {
    auto& client = connect();
    take_down(0);
    take_down(1);
    for (const std::size_t i : {0, 1}) backends[i]->revive();  // only a probe may say so
    const auto before = backends[0]->accepted() + backends[1]->accepted();
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < milliseconds(300)) {
        BOOST_TEST_REQUIRE(line(client, "GET " + key_of(0) + "\n").starts_with("-UNAVAILABLE"));
    }
    BOOST_TEST(backends[0]->accepted() + backends[1]->accepted() == before);
    board.on_probe(0, proxy::probe_outcome::ready);
    tick();
    gives(client, "GET " + key_of(0) + "\n", "$-1\r\n");
}

BOOST_FIXTURE_TEST_CASE(a_backend_that_has_come_back_takes_its_keys_back_step_by_step,
                        slow_start_fixture) {
    auto& client = connect();
    take_down(0);
    backends[0]->revive();
    board.on_probe(0, proxy::probe_outcome::ready);
    tick();
    BOOST_TEST((board.status(0) == proxy::backend_status::returning));
    constexpr int keys = 64;
    int at_home_before = 0;
    bool mixed = false;
    while (at_home_before < keys) {
        // Each key is written and read at one side, and one that is home again stays there.
        int at_home = 0;
        for (int i = 0; i < keys; ++i) {
            const auto key = key_of(0, i);
            stores[0].values.erase(key);
            gives(client, "SET " + key + " v\n", "+OK\r\n");
            at_home += static_cast<int>(stores[0].values.count(key));
        }
        BOOST_TEST_REQUIRE(at_home >= at_home_before);
        mixed = mixed || (at_home > 0 && at_home < keys);
        at_home_before = at_home;
        for (int i = 0; i < 3; ++i) tick();
    }
    BOOST_TEST(mixed);
    BOOST_TEST((board.status(0) == proxy::backend_status::ready));
    BOOST_TEST(counts[0].unavailable.get() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_returning_backend_serves_all_when_its_partner_goes, slow_start_fixture) {
    auto& client = connect();
    take_down(0);
    backends[0]->revive();
    board.on_probe(0, proxy::probe_outcome::ready);
    take_down(1);
    for (int i = 0; i < 20; ++i) gives(client, "GET " + key_of(0, i) + "\n", "$-1\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
