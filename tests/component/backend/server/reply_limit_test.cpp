// EXEC whose reply would be larger than `max_reply`: what stands in it, and what is done.
#include "tests/component/backend/replication/pair_fixture.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace backend;
using namespace backend::test;

namespace {

struct short_replies : pair_fixture {
    short_replies() : pair_fixture({.name = "a1", .max_reply = 1000}) { a.set("k", value); }

    void expect(const std::string& lines, const std::string& answer) {
        client.forget_received();
        client.send(lines);
        until([&] { return client.received().size() >= answer.size(); });
        support::run_dry(context);
        BOOST_TEST(client.received() == answer);
    }

    bool met = meet();
    support::peer client{context, a.where()};
    const std::string value = std::string(400, 'v');
    const std::string bulk = "$400\r\n" + value + "\r\n";
    const std::string refused = "-ERR the reply would be larger than max_reply of this backend\r\n";
    const std::string done =
        "-ERR the reply would be larger than max_reply of this backend; what the command changes "
        "is "
        "done\r\n";
};

std::string queued(int count) {
    std::string text = "+OK\r\n";
    for (int i = 0; i < count; ++i) text += "+QUEUED\r\n";
    return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reply_limit_test, short_replies)

BOOST_AUTO_TEST_CASE(what_goes_beyond_is_an_error_in_its_place) {
    expect("MULTI\nGET k\nGET k\nGET k\nSET n 1\nGET n\nGET k\nEXEC\nGET k\n",
           queued(6) + "*6\r\n" + bulk + bulk + refused + "+OK\r\n$1\r\n1\r\n" + refused + bulk);
}

BOOST_AUTO_TEST_CASE(a_command_that_reads_many_keys_counts_what_came_before) {
    expect("MULTI\nMGET k k\nMGET k k\nMGET k x\nEXEC\nMGET k k\nMGET k k k\n",
           queued(3) + "*3\r\n*2\r\n" + bulk + bulk + refused + refused + "*2\r\n" + bulk + bulk +
               refused);
}

BOOST_AUTO_TEST_CASE(a_change_whose_reply_is_too_large_is_made_and_told_so) {
    expect("MULTI\nGET k\nGET k\nGETDEL k\nGET k\nEXEC\n",
           queued(4) + "*4\r\n" + bulk + bulk + done + "$-1\r\n");
    BOOST_TEST(until([&] { return b.get("k") == "(none)"; }));
}

BOOST_AUTO_TEST_CASE(commands_that_are_not_about_data_count_too) {
    client.send("MULTI\nCOMMAND\nCOMMAND\nPING\nEXEC\n");
    const auto answer = queued(3) + "*3\r\n" + refused + refused + "+PONG\r\n";
    BOOST_TEST(until([&] { return client.received() == answer; }));
}

BOOST_AUTO_TEST_CASE(the_next_transaction_begins_anew) {
    for (int i = 0; i < 3; ++i)
        expect("MULTI\nGET k\nGET k\nEXEC\n", queued(2) + "*2\r\n" + bulk + bulk);
}

BOOST_AUTO_TEST_SUITE_END()
