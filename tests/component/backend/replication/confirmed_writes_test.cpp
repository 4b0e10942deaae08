#include "backend/server/ack_batch.hpp"
#include "tests/component/backend/replication/pair_fixture.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace backend;
using namespace backend::test;
using support::peer;

namespace {

/// Two partners, the first with clients whose writes wait for the second.
struct confirming_fixture : pair_fixture {
    explicit confirming_fixture(std::optional<milliseconds> ack_timeout = milliseconds(300))
        : pair_fixture({.name = "a1", .ack_timeout = ack_timeout}) {}
    bool answered(peer& who, const std::string& wanted) {
        return until([&] { return who.received() == wanted; });
    }
    bool silent(peer& who) {
        support::run_dry(context, milliseconds(20));
        return who.received().empty();
    }

    bool met = meet();
    peer client{context, a.where()};
};

struct patient_fixture : confirming_fixture {
    patient_fixture() : confirming_fixture(milliseconds(20'000)) {}
};

struct plain_fixture : confirming_fixture {
    plain_fixture() : confirming_fixture(std::nullopt) {}
};

const std::string refusal(not_confirmed);

}  // namespace

BOOST_AUTO_TEST_SUITE(confirmed_writes_test)

BOOST_FIXTURE_TEST_CASE(a_write_is_answered_when_the_partner_has_it, patient_fixture) {
    to_b.freeze();
    client.send("SET k v\n");
    BOOST_TEST(silent(client));
    BOOST_TEST(a.get("k") == "v");
    BOOST_TEST(b.get("k") == "(none)");
    to_b.thaw();
    BOOST_TEST(until([&] {
        if (client.received().empty()) return false;
        BOOST_TEST_REQUIRE(b.get("k") == "v");
        return true;
    }));
    BOOST_TEST(client.received() == "+OK\r\n");
}

BOOST_FIXTURE_TEST_CASE(what_is_asked_behind_a_write_waits_and_what_came_before_does_not,
                        patient_fixture) {
    to_b.freeze();
    client.send("GET k\nSET k v\nGET k\nPING\nQUIT\n");
    BOOST_TEST(answered(client, "$-1\r\n"));
    support::run_dry(context, milliseconds(20));
    BOOST_TEST(client.received() == "$-1\r\n");
    to_b.thaw();
    BOOST_TEST(answered(client, "$-1\r\n+OK\r\n$1\r\nv\r\n+PONG\r\n+OK\r\n"));
    BOOST_TEST(until([&] { return client.closed(); }));
}

BOOST_FIXTURE_TEST_CASE(other_clients_are_not_held_up, patient_fixture) {
    to_b.freeze();
    peer other(context, a.where());
    client.send("SET k v\n");
    BOOST_TEST(silent(client));
    other.send("GET k\nPING\n");
    BOOST_TEST(answered(other, "$1\r\nv\r\n+PONG\r\n"));
    BOOST_TEST(client.received().empty());
}

BOOST_FIXTURE_TEST_CASE(many_writes_of_a_turn_are_one_question_to_the_partner, patient_fixture) {
    constexpr unsigned writes = 500;
    const auto before = a.status().records_sent;
    std::string asked;
    std::string wanted;
    for (unsigned i = 0; i < writes; ++i) {
        asked += "SET k" + std::to_string(i) + " v\n";
        wanted += "+OK\r\n";
    }
    client.send(asked);
    BOOST_TEST(answered(client, wanted));
    // A heartbeat may fall into it.
    BOOST_TEST(a.status().records_sent - before < writes + 10);
}

BOOST_FIXTURE_TEST_CASE(without_the_partner_a_write_is_applied_and_its_reply_says_what_is_missing,
                        confirming_fixture) {
    to_b.lose();
    const auto begin = shared::steady_now();
    client.send("SET k v\nGET k\nGETSET k w\nLPUSH\nEXISTS k\n");
    BOOST_TEST(until([&] { return client.received().ends_with(":1\r\n"); }));
    const auto took = shared::steady_now() - begin;
    BOOST_TEST(client.received().starts_with(refusal + "$1\r\nv\r\n" + refusal + "-ERR "));
    BOOST_TEST((took >= milliseconds(295)));
    BOOST_TEST((took < milliseconds(2000)));
    BOOST_TEST(a.get("k") == "w");
}

BOOST_FIXTURE_TEST_CASE(a_partner_whose_port_refuses_is_not_waited_for, patient_fixture) {
    cut();
    for (const auto* value : {"v", "w"}) {  // the first may be sent before that is known
        client.forget_received();
        client.send(std::string("SET k ") + value + "\n");
        BOOST_TEST(answered(client, refusal));
        BOOST_TEST(a.get("k") == value);
    }
    mend();
    BOOST_TEST(both_synced());
    client.forget_received();
    client.send("SET k x\n");
    BOOST_TEST(answered(client, "+OK\r\n"));
    BOOST_TEST(b.get("k") == "x");
}

BOOST_FIXTURE_TEST_CASE(a_silent_partner_is_waited_for_no_longer_than_configured,
                        confirming_fixture) {
    to_b.freeze();
    client.send("INCR n\nINCR n\n");
    BOOST_TEST(answered(client, refusal + refusal));
    to_b.thaw();
    client.forget_received();
    client.send("INCR n\n");
    BOOST_TEST(answered(client, ":3\r\n"));
    BOOST_TEST(b.get("n") == "3");
}

BOOST_FIXTURE_TEST_CASE(a_partner_that_comes_back_in_time_confirms_what_it_missed,
                        patient_fixture) {
    to_b.lose();
    BOOST_TEST_REQUIRE(until([&] { return !a.status().sending; }));
    client.send("SET k v\n");
    BOOST_TEST(silent(client));
    to_b.thaw();
    BOOST_TEST(until([&] {
        if (client.received().empty()) return false;
        BOOST_TEST_REQUIRE(b.get("k") == "v");
        return true;
    }));
    BOOST_TEST(client.received() == "+OK\r\n");
}

BOOST_FIXTURE_TEST_CASE(reads_and_writes_that_changed_nothing_do_not_wait, patient_fixture) {
    a.set("k", "v");
    to_b.freeze();
    client.send("GET k\nSETNX k w\nSET k w NX\nPING\n");
    BOOST_TEST(answered(client, "$1\r\nv\r\n:0\r\n$-1\r\n+PONG\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_transaction_is_confirmed_as_one, confirming_fixture) {
    client.send("MULTI\nSET k v\nGET k\nEXEC\n");
    BOOST_TEST(answered(client, "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n$1\r\nv\r\n"));
    BOOST_TEST(b.get("k") == "v");
    client.forget_received();
    to_b.freeze();
    client.send("MULTI\nSET k w\nGET k\nEXEC\n");
    BOOST_TEST(answered(client, "+OK\r\n+QUEUED\r\n+QUEUED\r\n" + refusal));
}

BOOST_FIXTURE_TEST_CASE(a_flush_is_confirmed_too_and_stays_in_order, confirming_fixture) {
    client.send("SET k v\nFLUSHALL\nGET k\nSET k w\n");
    BOOST_TEST(answered(client, "+OK\r\n+OK\r\n$-1\r\n+OK\r\n"));
    BOOST_TEST(b.get("k") == "w");
    client.forget_received();
    cut();
    BOOST_TEST_REQUIRE(until([&] { return !a.status().sending; }));
    client.send("SET k v\nFLUSHALL\nGET k\n");
    BOOST_TEST(answered(client, refusal + refusal + "$-1\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_leaves_while_it_waits_is_forgotten, confirming_fixture) {
    to_b.freeze();
    client.send("SET k v\n");
    BOOST_TEST(silent(client));
    client.reset();
    support::run_dry(context, milliseconds(20));
    to_b.thaw();
    peer other(context, a.where());
    other.send("SET k w\n");
    BOOST_TEST(answered(other, "+OK\r\n"));
}

BOOST_FIXTURE_TEST_CASE(wait_answers_one_when_the_partner_has_the_clients_writes, plain_fixture) {
    to_b.freeze();
    client.send("SET k v\n");
    BOOST_TEST(answered(client, "+OK\r\n"));
    client.forget_received();
    client.send("WAIT 0 0\n");
    BOOST_TEST(answered(client, ":0\r\n"));
    client.forget_received();
    client.send("WAIT 1 20000\nPING\n");
    BOOST_TEST(silent(client));
    to_b.thaw();
    BOOST_TEST(answered(client, ":1\r\n+PONG\r\n"));
    BOOST_TEST(b.get("k") == "v");
    client.forget_received();
    to_b.freeze();
    client.send("WAIT 0 0\nWAIT 1 0\nWAIT 7 0\n");  // nothing written since
    BOOST_TEST(answered(client, ":1\r\n:1\r\n:1\r\n"));
}

BOOST_FIXTURE_TEST_CASE(wait_answers_none_when_its_time_is_over_or_the_link_is_gone,
                        plain_fixture) {
    to_b.freeze();
    client.send("SET k v\nWAIT 1 50\n");
    BOOST_TEST(answered(client, "+OK\r\n:0\r\n"));
    client.forget_received();
    client.send("WAIT 1 0\n");
    BOOST_TEST(silent(client));
    cut();
    BOOST_TEST(answered(client, ":0\r\n"));
}

BOOST_FIXTURE_TEST_CASE(wait_does_not_count_what_a_partner_had_before_the_link_was_lost,
                        plain_fixture) {
    client.send("SET k v\nWAIT 1 0\n");
    BOOST_TEST(answered(client, "+OK\r\n:1\r\n"));
    client.forget_received();
    cut();
    BOOST_TEST_REQUIRE(until([&] { return !a.status().sending; }));
    client.send("WAIT 1 10\n");
    BOOST_TEST(answered(client, ":0\r\n"));
}

BOOST_FIXTURE_TEST_CASE(wait_in_a_transaction_answers_at_once, plain_fixture) {
    client.send("MULTI\nSET k v\nWAIT 1 0\nEXEC\n");
    BOOST_TEST(answered(client, "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n:0\r\n"));
}

BOOST_FIXTURE_TEST_CASE(wait_refuses_what_redis_refuses, plain_fixture) {
    client.send("WAIT x 0\nWAIT 1 x\nWAIT 1 -1\nWAIT 1 9223372036854775807\n");
    BOOST_TEST(answered(client,
                        "-ERR value is not an integer or out of range\r\n"
                        "-ERR timeout is not an integer or out of range\r\n"
                        "-ERR timeout is negative\r\n"
                        "-ERR timeout is not an integer or out of range\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
