#include "proxy/frontend/dispatcher.hpp"

#include "tests/component/proxy/frontend/pool_fixture.hpp"

#include <algorithm>

using namespace proxy::test;
using proxy::policy_kind;

namespace {

struct copying_fixture : pool_fixture {
    copying_fixture() : pool_fixture(policy_kind::round_robin) {}
};

std::string silence(const words&) {
    return {};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(dispatcher_test, pool_fixture)

BOOST_AUTO_TEST_CASE(a_key_is_written_to_its_home_and_read_from_there) {
    auto& client = connect();
    for (std::size_t home = 0; home < 4; ++home) {
        const auto key = key_of(home);
        gives(client, "SET " + key + " value\n", "+OK\r\n");
        BOOST_TEST(stores[home].values.count(key) == 1U);
        gives(client, "GET " + key + "\n", "$5\r\nvalue\r\n");
    }
    BOOST_TEST(counts[0].requests.get() == 8U);
    BOOST_TEST(counts[0].served_by_partner.get() == 0U);
}

BOOST_AUTO_TEST_CASE(replies_come_in_the_order_of_the_requests_though_a_backend_is_slow) {
    auto& client = connect();
    backends[0]->answer_with(silence);
    client.send("GET " + key_of(0) + "\nGET " + key_of(2) + "\nPING\n");
    BOOST_TEST(until([&] {
        return backends[0]->requests().size() == 1 && backends[2]->requests().size() == 1;
    }));
    settle();
    BOOST_TEST(client.received().empty());
    backends[0]->send("$4\r\nslow\r\n");
    BOOST_TEST(until([&] { return client.received() == "$4\r\nslow\r\n$-1\r\n+PONG\r\n"; }));
}

BOOST_AUTO_TEST_CASE(a_request_in_parts_that_is_answered_early_waits_for_its_turn) {
    auto& client = connect();
    for (std::size_t home = 1; home < 4; ++home)
        gives(client, "SET " + key_of(home) + " v" + std::to_string(home) + "\n", "+OK\r\n");
    client.forget_received();
    backends[0]->answer_with(silence);
    client.send("GET " + key_of(0) + "\nMGET " + key_of(3) + " " + key_of(1) + "\nMGET " +
                key_of(2) + " " + key_of(3) + " " + key_of(2, 1) + " " + key_of(1) + "\nPING\n");
    BOOST_TEST(until([&] {
        return backends[0]->requests().size() == 1 && backends[3]->requests().size() == 3;
    }));
    settle();
    BOOST_TEST(client.received().empty());
    backends[0]->send("$4\r\nslow\r\n");
    const std::string expected =
        "$4\r\nslow\r\n*2\r\n$2\r\nv3\r\n$2\r\nv1\r\n"
        "*4\r\n$2\r\nv2\r\n$2\r\nv3\r\n$-1\r\n$2\r\nv1\r\n+PONG\r\n";
    BOOST_TEST(until([&] { return client.received() == expected; }));
}

BOOST_AUTO_TEST_CASE(a_pipeline_over_all_backends_is_answered_in_order) {
    auto& client = connect();
    std::string requests;
    std::string replies;
    for (int i = 0; i < 3000; ++i) {
        const auto text = std::to_string(i);
        requests += "SET key" + text + " " + text + "\nGET key" + text + "\n";
        replies += "+OK\r\n$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
    }
    gives(client, requests, replies);
}

BOOST_AUTO_TEST_CASE(keys_of_several_backends_are_split_and_gathered) {
    auto& client = connect();
    const auto a = key_of(0), b = key_of(1), c = key_of(2), d = key_of(0, 1);
    gives(client, "MSET " + a + " A " + b + " B " + c + " C " + d + " D\n", "+OK\r\n");
    BOOST_TEST(stores[0].values.size() == 2U);
    BOOST_TEST(stores[1].values.size() == 1U);
    gives(client, "MGET " + d + " none " + c + " " + b + " " + a + " " + c + "\n",
          "*6\r\n$1\r\nD\r\n$-1\r\n$1\r\nC\r\n$1\r\nB\r\n$1\r\nA\r\n$1\r\nC\r\n");
    gives(client, "EXISTS " + a + " " + a + " " + c + " none\n", ":3\r\n");
    // One of each pair is asked, for partners hold the same; these two do not, and B counts at a2
    // alone.
    gives(client, "DBSIZE\n", ":3\r\n");
    gives(client, "DEL " + a + " " + c + " none\n", ":2\r\n");
    gives(client, "DBSIZE\n", ":1\r\n");
    gives(client, "FLUSHALL\n", "+OK\r\n");
    gives(client, "DBSIZE\n", ":0\r\n");
}

BOOST_AUTO_TEST_CASE(no_value_is_null_in_the_clients_own_version) {
    auto& old = connect();
    auto& modern = connect();
    line(modern, "HELLO 3\n");
    settle();
    const auto here = key_of(0), there = key_of(2);
    gives(old, "GET " + here + "\n", "$-1\r\n");
    gives(modern, "GET " + here + "\n", "_\r\n");
    gives(old, "MGET " + here + " " + there + "\n", "*2\r\n$-1\r\n$-1\r\n");
    gives(modern, "MGET " + here + " " + there + "\n", "*2\r\n_\r\n_\r\n");
    gives(modern, "MGET " + here + " " + here + "\n", "*2\r\n_\r\n_\r\n");
}

BOOST_AUTO_TEST_CASE(wrong_requests_are_answered_without_any_backend) {
    auto& client = connect();
    BOOST_TEST(line(client, "NOSUCH x\n").starts_with("-ERR unknown command 'NOSUCH'"));
    gives(client, "GET\n", "-ERR wrong number of arguments for 'get' command\r\n");
    gives(client, "MSET a 1 b\n", "-ERR wrong number of arguments for 'mset' command\r\n");
    BOOST_TEST(line(client, "PARTNER LINK 1 a 0 0\n").starts_with("-ERR"));
    for (const auto& one : backends) BOOST_TEST(one->requests().empty());
}

BOOST_AUTO_TEST_CASE(malformed_input_is_answered_behind_what_is_owed_and_ends_the_connection) {
    auto& client = connect();
    client.send("GET " + key_of(0) + "\n*1\r\n!\r\n");
    BOOST_TEST(until([&] { return client.closed(); }));
    BOOST_TEST(client.received().starts_with("$-1\r\n-ERR Protocol error"));
}

BOOST_AUTO_TEST_CASE(a_home_that_is_down_is_answered_for_by_its_partner) {
    auto& client = connect();
    const auto key = key_of(0), other = key_of(2);
    gives(client, "SET " + key + " home\n", "+OK\r\n");
    stores[1].values[key] = "partner";
    take_down(0);
    gives(client, "GET " + key + "\n", "$7\r\npartner\r\n");
    gives(client, "GET " + other + "\n", "$-1\r\n");
    BOOST_TEST(counts[0].served_by_partner.get() == 1U);
    backends[0]->revive();
    board.on_probe(0, proxy::probe_outcome::catching_up);
    tick();
    gives(client, "GET " + key + "\n", "$7\r\npartner\r\n");
    board.on_probe(0, proxy::probe_outcome::ready);
    tick();
    gives(client, "GET " + key + "\n", "$4\r\nhome\r\n");
}

BOOST_AUTO_TEST_CASE(keys_of_a_pair_that_is_down_are_unavailable_and_the_others_are_not) {
    auto& client = connect();
    take_down(0);
    take_down(1);
    gives(client, "GET " + key_of(0) + "\n",
          "-UNAVAILABLE backend 'a1' is down and no partner can answer for it\r\n");
    gives(client, "GET " + key_of(2) + "\n", "$-1\r\n");
    BOOST_TEST(
        line(client, "MGET " + key_of(2) + " " + key_of(1) + "\n").starts_with("-UNAVAILABLE"));
    BOOST_TEST(counts[0].unavailable.get() == 2U);
}

BOOST_AUTO_TEST_CASE(a_read_whose_connection_breaks_is_sent_to_the_partner) {
    auto& client = connect();
    const auto key = key_of(0);
    stores[1].values[key] = "partner";
    backends[0]->answer_with(silence);
    client.send("GET " + key + "\n");
    BOOST_TEST(until([&] { return backends[0]->requests().size() == 1; }));
    backends[0]->die();
    BOOST_TEST(until([&] { return client.received() == "$7\r\npartner\r\n"; }));
    BOOST_TEST(counts[0].retried.get() == 1U);
}

BOOST_AUTO_TEST_CASE(a_count_whose_connection_breaks_is_not_sent_again) {
    auto& client = connect();
    const auto key = key_of(0);
    backends[0]->answer_with(silence);
    client.send("INCR " + key + "\n");
    BOOST_TEST(until([&] { return backends[0]->requests().size() == 1; }));
    backends[0]->die();
    BOOST_TEST(until([&] { return !client.received().empty(); }));
    BOOST_TEST(client.received() ==
               "-UNKNOWN connection to backend 'a1' was lost; the command may or may not have "
               "been applied\r\n");
    BOOST_TEST(stores[1].values.empty());
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_noticed_before_any_probe_and_the_partner_answers) {
    settle();
    auto& client = connect();
    const auto key = key_of(0);
    backends[0]->die();
    client.send("INCR " + key + "\n");
    BOOST_TEST(until([&] { return client.received() == ":1\r\n"; }));
    BOOST_TEST(stores[1].values[key] == "1");
    BOOST_TEST(until([&] { return board.status(0) == proxy::backend_status::down; }));
}

BOOST_AUTO_TEST_CASE(a_backend_that_is_silent_costs_its_own_requests_alone_and_only_their_time) {
    auto& client = connect();
    auto& other = connect();
    backends[0]->answer_with(silence);
    client.send("INCR " + key_of(0) + "\n");
    BOOST_TEST(until([&] { return backends[0]->requests().size() == 1; }));
    gives(other, "GET " + key_of(2) + "\n", "$-1\r\n");
    BOOST_TEST(until([&] { return !client.received().empty(); }));
    BOOST_TEST(client.received() ==
               "-TIMEOUT backend 'a1' did not answer within 300ms"
               "; the command may or may not have been applied\r\n");
    BOOST_TEST(counts[0].timed_out.get() == 1U);
    // The late reply is dropped, and the connection lives.
    backends[0]->send(":17\r\n");
    backends[0]->answer_with([](const words&) { return ":18\r\n"; });
    gives(client, "INCR " + key_of(0) + "\n", ":18\r\n");
}

BOOST_AUTO_TEST_CASE(a_reply_for_a_client_that_has_gone_is_dropped) {
    auto& client = connect();
    auto& other = connect();
    backends[0]->answer_with(silence);
    client.send("GET " + key_of(0) + "\nMGET " + key_of(0) + " " + key_of(2) + "\n");
    BOOST_TEST(until([&] { return backends[0]->requests().size() == 2; }));
    client.reset();
    settle();
    backends[0]->send("$4\r\nlate\r\n*1\r\n$-1\r\n");
    settle();
    backends[0]->answer_with([](const words&) { return "$3\r\nnew\r\n"; });
    gives(other, "GET " + key_of(0) + "\n", "$3\r\nnew\r\n");
    BOOST_TEST(until([&] { return between->clients().size() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_backend_that_breaks_the_protocol_costs_an_error_and_no_second_try) {
    auto& client = connect();
    backends[0]->answer_with([](const words&) { return "what?\r\n"; });
    gives(client, "GET " + key_of(0) + "\n", "-UNAVAILABLE backend 'a1' broke the protocol\r\n");
    BOOST_TEST(backends[1]->requests().empty());
    BOOST_TEST(line(client, "INCR " + key_of(0) + "\n")
                   .starts_with("-UNKNOWN backend 'a1' broke the protocol"));
}

BOOST_AUTO_TEST_CASE(a_part_of_the_wrong_type_is_an_error_and_not_a_crash) {
    auto& client = connect();
    backends[0]->answer_with([](const words&) { return "+strange\r\n"; });
    for (const std::string command : {"MGET ", "DEL "}) {
        BOOST_TEST(line(client, command + key_of(0) + " " + key_of(2) + "\n")
                       .starts_with("-UNAVAILABLE backend 'a1' broke the protocol"));
    }
    backends[0]->answer_with([](const words&) { return "*2\r\n$-1\r\n$-1\r\n"; });
    for (const std::string& keys : {key_of(0), key_of(0) + " " + key_of(2)}) {
        BOOST_TEST(line(client, "MGET " + keys + "\n")
                       .starts_with("-UNAVAILABLE backend 'a1' broke the protocol"));
    }
    gives(client, "PING\n", "+PONG\r\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_ended_its_sending_gets_all_its_replies) {
    auto& client = connect();
    client.send("SET " + key_of(0) + " v\nGET " + key_of(0) + "\n");
    client.end_sending();
    BOOST_TEST(until([&] { return client.closed(); }));
    BOOST_TEST(client.received() == "+OK\r\n$1\r\nv\r\n");
}

BOOST_AUTO_TEST_CASE(values_of_any_bytes_and_of_megabytes_pass_unchanged) {
    auto& client = connect();
    std::string value(5'000'000, '\0');
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 31 % 256);
    std::string request;
    const auto key = key_of(1);
    const std::vector<std::string_view> set{"SET", key, value};
    shared::append_request(request, set);
    std::string reply = "+OK\r\n";
    shared::append_bulk(reply, value);
    client.send(request + "GET " + key + "\n");
    BOOST_TEST(until([&] { return client.received().size() >= reply.size(); }));
    BOOST_TEST((client.received() == reply));
}

BOOST_AUTO_TEST_CASE(more_requests_than_may_be_under_way_are_all_answered) {
    auto& client = connect();
    std::string requests;
    for (int i = 0; i < 10'000; ++i)
        requests += "GET " + key_of(static_cast<std::size_t>(i % 4)) + "\n";
    backends[0]->answer_with(silence);
    client.send(requests);
    settle();
    // The client is not read from while too much of it is under way.
    BOOST_TEST(backends[2]->requests().size() < 2500U);
    BOOST_TEST(until([&] {
        return std::count(client.received().begin(), client.received().end(), '\n') == 10'000;
    }));
}

BOOST_FIXTURE_TEST_CASE(where_every_pair_holds_everything_writes_go_to_one_of_each_pair,
                        copying_fixture) {
    auto& client = connect();
    gives(client, "SET k v\n", "+OK\r\n");
    BOOST_TEST(stores[0].values["k"] == "v");
    BOOST_TEST(stores[2].values["k"] == "v");
    BOOST_TEST(stores[1].values.empty());
    take_down(0);
    gives(client, "SET k w\n", "+OK\r\n");
    BOOST_TEST(stores[1].values["k"] == "w");
    BOOST_TEST(stores[2].values["k"] == "w");
}

BOOST_FIXTURE_TEST_CASE(where_every_pair_holds_everything_reads_are_spread_over_all,
                        copying_fixture) {
    auto& client = connect();
    for (int i = 0; i < 40; ++i) gives(client, "GET k\n", "$-1\r\n");
    for (const auto& one : backends) BOOST_TEST(one->requests().size() == 10U);
    take_down(3);
    const auto before = backends[0]->requests().size();
    for (int i = 0; i < 30; ++i) gives(client, "GET k\n", "$-1\r\n");
    BOOST_TEST(backends[0]->requests().size() == before + 10);
}

BOOST_FIXTURE_TEST_CASE(a_read_behind_a_write_of_the_same_client_waits_for_it, copying_fixture) {
    auto& client = connect();
    backends[2]->answer_with(silence);
    client.send("SET k v\nGET k\n");
    BOOST_TEST(until([&] { return backends[2]->requests().size() == 1; }));
    settle();
    std::size_t reads = 0;
    for (const auto& one : backends) {
        for (const auto& request : one->requests()) reads += request[0] == "GET" ? 1 : 0;
    }
    BOOST_TEST(reads == 0U);
    backends[2]->answer_with([](const words&) { return "$1\r\nv\r\n"; });
    stores[1].values["k"] = stores[3].values["k"] = "v";
    backends[2]->send("+OK\r\n");
    BOOST_TEST(until([&] { return client.received() == "+OK\r\n$1\r\nv\r\n"; }));
}

BOOST_FIXTURE_TEST_CASE(a_part_of_a_write_that_reaches_nobody_is_not_done_by_another_pair,
                        copying_fixture) {
    auto& client = connect();
    gives(client, "INCR n\n", ":1\r\n");
    take_down(1);
    settle();
    backends[0]->die();  // the dispatcher has yet to find out
    gives(client, "INCR n\n", ":2\r\n");
    BOOST_TEST(stores[2].values["n"] == "2");
    BOOST_TEST(backends[2]->requests().size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_write_that_one_pair_has_no_room_for_is_done_by_none, copying_fixture) {
    facts.most_in_flight = 1;
    renew_dispatcher();
    backends[2]->answer_with(silence);
    auto& first = connect();
    auto& second = connect();
    first.send("INCR n\n");
    BOOST_TEST(until([&] { return backends[2]->requests().size() == 1; }));
    settle();  // the first pair has answered, the second has one under way
    BOOST_TEST(line(second, "INCR n\n").starts_with("-BUSY "));
    BOOST_TEST(stores[0].values["n"] == "1");
    BOOST_TEST(counts[0].busy.get() == 1U);
    backends[2]->send(":1\r\n");
    BOOST_TEST(until([&] { return first.received() == ":1\r\n"; }));
    backends[2]->answer_with([](const words&) { return ":2\r\n"; });
    gives(second, "INCR n\n", ":2\r\n");
}

BOOST_FIXTURE_TEST_CASE(a_write_is_answered_by_the_others_while_a_pair_loads, copying_fixture) {
    auto& client = connect();
    for (const std::size_t i : {0, 1})
        backends[i]->answer_with([](const words&) { return "-LOADING the log is being read\r\n"; });
    gives(client, "INCR n\n", ":1\r\n");
    BOOST_TEST(stores[2].values["n"] == "1");
}

BOOST_FIXTURE_TEST_CASE(a_write_that_may_have_been_applied_somewhere_is_not_called_unavailable,
                        copying_fixture) {
    auto& client = connect();
    take_down(0);
    take_down(1);
    backends[2]->answer_with(silence);
    client.send("INCR n\n");
    BOOST_TEST(until([&] { return backends[2]->requests().size() == 1; }));
    backends[2]->reset_connections();
    BOOST_TEST(until([&] { return client.received().ends_with("\r\n"); }));
    BOOST_TEST(client.received().starts_with("-UNKNOWN "));
}

BOOST_FIXTURE_TEST_CASE(a_write_that_reaches_one_pair_is_answered_by_it, copying_fixture) {
    auto& client = connect();
    take_down(0);
    take_down(1);
    gives(client, "SET k v\n", "+OK\r\n");
    BOOST_TEST(stores[2].values["k"] == "v");
    take_down(2);
    take_down(3);
    BOOST_TEST(line(client, "SET k v\n").starts_with("-UNAVAILABLE"));
    BOOST_TEST(line(client, "GET k\n").starts_with("-UNAVAILABLE"));
}

BOOST_AUTO_TEST_SUITE_END()
