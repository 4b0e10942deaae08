// How long a client may take, and what an idle one keeps.
#include "tests/component/shared/net/session_fixture.hpp"

using namespace shared::test;

namespace {

using shared::client_verdict;
using std::chrono::seconds;

const shared::client_patience patience{
    .idle = seconds(10), .half_sent = seconds(5), .slow_reader = seconds(3)};

/// What `check` says so many seconds after the test began.
client_verdict look(talker& one, int second) {
    return one.check(shared::steady_time{} + seconds(second), patience);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_patience_test, session_fixture)

BOOST_AUTO_TEST_CASE(an_idle_client_has_its_time_from_its_last_request_on) {
    auto& one = start();
    BOOST_TEST((look(one, 0) == client_verdict::fine));
    BOOST_TEST((look(one, 9) == client_verdict::fine));
    ends.client.send("say hello\n");
    BOOST_TEST_REQUIRE(hears("+hello\r\n"));
    BOOST_TEST((look(one, 11) == client_verdict::fine));
    BOOST_TEST((look(one, 20) == client_verdict::fine));
    BOOST_TEST((look(one, 21) == client_verdict::idle));
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(a_request_that_stays_half_sent_ends_the_session_however_it_trickles) {
    auto& one = start();
    ends.client.send("say hel");
    settle();
    BOOST_TEST((look(one, 0) == client_verdict::fine));
    for (int second = 1; second < 5; ++second) {
        ends.client.send("l");
        settle();
        BOOST_TEST((look(one, second) == client_verdict::fine));
    }
    BOOST_TEST((look(one, 5) == client_verdict::half_sent));
    BOOST_TEST(is_over());
}

BOOST_AUTO_TEST_CASE(a_large_request_has_time_while_it_comes_along) {
    auto& one = start({.line = 1'000'000});
    ends.client.send("say ");
    settle();
    look(one, 0);
    for (int second = 4; second < 40; second += 4) {
        ends.client.send(std::string(20'000, 'x'));
        settle();
        BOOST_TEST((look(one, second) == client_verdict::fine), second);
    }
    ends.client.send("\n");
    BOOST_TEST(until([&] { return one.heard.size() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_an_answer_is_not_hurried) {
    auto& one = start();
    ends.client.send("later\n");
    settle();
    look(one, 0);
    BOOST_TEST((look(one, 1000) == client_verdict::fine));
    one.pay();
    BOOST_TEST(hears("+paid\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_takes_none_of_its_replies_is_cut, small_buffer_fixture) {
    auto& one = start();
    for (int i = 0; i < 200; ++i) ends.client.send("fill 100000\n");
    settle();
    look(one, 0);
    BOOST_TEST((look(one, 2) == client_verdict::fine));
    ends.client.forget_received();
    BOOST_TEST((look(one, 3) == client_verdict::slow_reader));
    BOOST_TEST(until([&] { return ended && table.size() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_client_whose_buffers_were_given_back_is_served_as_before) {
    auto& one = start();
    for (int round = 0; round < 3; ++round) {
        ends.client.send("say \"a b\"\n*2\r\n$3\r\nsay\r\n$1\r\nc\r\n");
        BOOST_TEST_REQUIRE(hears("+a b\r\n+c\r\n"));
        ends.client.forget_received();
        for (int second = 0; second < 3; ++second) look(one, 3 * round + second);
    }
}

BOOST_AUTO_TEST_SUITE_END()
