// What a client of a pair is told where the reply comes later: FLUSHALL, WAIT, PARTNER VERIFY.
#include "tests/component/backend/replication/pair_fixture.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace backend;
using namespace backend::test;

namespace {

struct two_partners : pair_fixture {
    explicit two_partners(node_options left = {.name = "a1"}) : pair_fixture(std::move(left)) {}

    /// True when just that has come, and nothing behind it.
    bool answered(const std::string& wanted) {
        const bool came = until([&] { return client.received().size() >= wanted.size(); });
        support::run_dry(context, milliseconds(20));
        BOOST_TEST(client.received() == wanted);
        return came;
    }

    bool met = meet();
    support::peer client{context, a.where()};
};

struct confirming_partners : two_partners {
    confirming_partners() : two_partners({.name = "a1", .ack_timeout = milliseconds(300)}) {}
};

/// With a partner whose silence ends no link meanwhile.
struct patient_link : two_partners {
    explicit patient_link(node_options left = {.name = "a1", .flush_patience = milliseconds(200)})
        : two_partners([&left] {
              left.timeout = milliseconds(60'000);
              return left;
          }()) {}

    /// From the request to the reply `wanted`, the link being up all the time.
    milliseconds time_of_flush(const std::string& wanted) {
        client.forget_received();
        const auto began = std::chrono::steady_clock::now();
        client.send("FLUSHALL\n");
        BOOST_TEST(until([&] { return client.received() == wanted; }));
        BOOST_TEST(a.status().sending);
        return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
    }
};

struct confirming_link : patient_link {
    confirming_link() : patient_link({.name = "a1", .ack_timeout = milliseconds(200)}) {}
};

struct patient_flush : patient_link {
    patient_flush() : patient_link({.name = "a1", .flush_patience = milliseconds(20'000)}) {}
};

const std::string quiet_session =
    "CLIENT REPLY OFF\nSET k v\nWAIT 1 1000\nFLUSHALL\nPARTNER VERIFY\nCLIENT REPLY ON\nPING\n";
const std::string skipping_session =
    "SET k v\nCLIENT REPLY SKIP\nWAIT 1 1000\nCLIENT REPLY SKIP\nFLUSHALL\nCLIENT REPLY SKIP\n"
    "PARTNER VERIFY\nWAIT 1 1000\nFLUSHALL\nGET k\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(session_partner_test)

BOOST_FIXTURE_TEST_CASE(who_wants_no_replies_gets_none_later_either, two_partners) {
    client.send(quiet_session);
    BOOST_TEST(answered("+OK\r\n+PONG\r\n"));
    BOOST_TEST(a.get("k") == "(none)");
}

BOOST_FIXTURE_TEST_CASE(who_skips_one_reply_gets_those_behind_it, two_partners) {
    client.send(skipping_session);
    BOOST_TEST(answered("+OK\r\n:1\r\n+OK\r\n$-1\r\n"));
}

BOOST_FIXTURE_TEST_CASE(replies_are_left_out_behind_confirmed_writes_too, confirming_partners) {
    client.send(quiet_session);
    BOOST_TEST(answered("+OK\r\n+PONG\r\n"));
    client.forget_received();
    client.send(skipping_session);
    BOOST_TEST(answered("+OK\r\n:1\r\n+OK\r\n$-1\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_flush_waits_for_a_partner_that_answers_in_time, patient_flush) {
    a.set("k", "v");
    to_b.freeze();
    client.send("FLUSHALL\n");
    support::run_dry(context, milliseconds(20));
    BOOST_TEST(client.received().empty());
    BOOST_TEST(a.get("k") == "v");  // before the partner's clock is known nothing is done
    to_b.thaw();
    BOOST_TEST(until([&] {
        if (client.received().empty()) return false;
        BOOST_TEST_REQUIRE(b.get("k") == "(none)");
        return true;
    }));
    BOOST_TEST(client.received() == "+OK\r\n");
}

BOOST_FIXTURE_TEST_CASE(a_frozen_partner_costs_a_flush_one_time_out, patient_link) {
    a.set("k", "v");
    BOOST_TEST_REQUIRE(both_have("k", "v"));
    to_b.freeze();
    const auto took = time_of_flush("+OK\r\n");
    BOOST_TEST(took.count() >= 200);
    BOOST_TEST(took.count() < 2000);  // the link's is 60 s
    BOOST_TEST(a.get("k") == "(none)");
    BOOST_TEST(b.get("k") == "v");
    to_b.thaw();
    BOOST_TEST(both_have("k", "(none)"));
}

BOOST_FIXTURE_TEST_CASE(a_flush_that_must_be_confirmed_says_in_time_that_it_is_not,
                        confirming_link) {
    a.set("k", "v");
    to_b.freeze();
    const auto took = time_of_flush(std::string(not_confirmed));
    BOOST_TEST(took.count() >= 200);
    BOOST_TEST(took.count() < 2000);
    BOOST_TEST(a.get("k") == "(none)");
}

BOOST_FIXTURE_TEST_CASE(without_a_link_a_flush_does_not_wait, patient_flush) {
    cut();
    BOOST_TEST_REQUIRE(until([&] { return !a.status().sending; }));
    const auto began = std::chrono::steady_clock::now();
    client.send("FLUSHALL\n");
    BOOST_TEST(until([&] { return client.received() == "+OK\r\n"; }));
    BOOST_TEST((std::chrono::steady_clock::now() - began < milliseconds(2000)));
}

BOOST_AUTO_TEST_SUITE_END()
