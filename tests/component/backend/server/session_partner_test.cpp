// What a client of a pair is told where the reply comes later: FLUSHALL, WAIT, PARTNER VERIFY.
#include "tests/component/backend/replication/pair_fixture.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()
