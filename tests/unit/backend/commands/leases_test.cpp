#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

namespace {

struct lease_fixture : command_fixture {
    /// Asks for the key, held for a second; the number, with `value` before it ("$-1\r\n").
    std::int64_t ask(std::string_view value, const std::string& options = "") {
        const auto reply = run(("LEASE GET k 1000 " + options).c_str());
        const auto head = "*2\r\n" + std::string(value) + ":";
        BOOST_TEST(reply.starts_with(head), reply);
        return std::stoll(reply.substr(head.size()));
    }

    std::string fill(std::int64_t token, const std::string& rest = "v") {
        return run(("LEASE SET k " + std::to_string(token) + " " + rest).c_str());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(leases_test, lease_fixture)

BOOST_AUTO_TEST_CASE(one_of_many_who_miss_gets_a_lease_and_fills) {
    const auto token = ask(null);
    BOOST_TEST(token > 0);
    for (int i = 0; i < 1000; ++i) BOOST_REQUIRE(ask(null) == -1000);
    now += 400;
    BOOST_TEST(ask(null) == -600);
    BOOST_TEST(fill(token) == one);
    BOOST_TEST(ask(bulk("v")) == 0);
    BOOST_TEST(run("GET k") == bulk("v"));
    BOOST_TEST(fill(token, "again") == zero);
}

BOOST_AUTO_TEST_CASE(null_is_of_its_own_kind_in_resp3) {
    version = shared::protocol::resp3;
    BOOST_TEST(ask("_\r\n") > 0);
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_over_goes_to_the_next_and_its_fill_is_refused) {
    const auto first = ask(null);
    now += 1000;
    const auto second = ask(null);
    BOOST_TEST(second > first);
    BOOST_TEST(fill(first, "late") == zero);
    BOOST_TEST(fill(second) == one);
    BOOST_TEST(run("GET k") == bulk("v"));
}

BOOST_AUTO_TEST_CASE(a_fill_after_the_time_of_its_lease_is_refused) {
    const auto token = ask(null);
    now += 1000;
    BOOST_TEST(fill(token) == zero);
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(whatever_changes_the_key_makes_the_token_outdated) {
    for (const auto change : {"DEL k", "SET k w", "FLUSHALL", "INCR k", "RENAME other k",
                              "MSET k 1 other 2", "SETBIT k 1 1"}) {
        BOOST_TEST_CONTEXT(change) {
            run("DEL k");
            run("SET other w");
            const auto token = ask(null);
            run(change);
            BOOST_TEST(fill(token, "outdated") == zero);
            BOOST_TEST(run("GET k") != bulk("outdated"));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_the_partner_changes_makes_the_token_outdated) {
    for (const auto kind : {backend::effect_kind::erase, backend::effect_kind::set}) {
        const auto token = ask(null);
        data.merge({.kind = kind, .stamp = backend::version_at(now + 1), .key = "k", .value = "p"},
                   now);
        BOOST_TEST(fill(token) == zero);
        run("DEL k");
    }
}

BOOST_AUTO_TEST_CASE(changes_of_other_keys_leave_the_lease) {
    const auto token = ask(null);
    run("MSET a 1 b 2 c 3 d 4");
    run("DEL a b c d");
    BOOST_TEST(fill(token) == one);
}

BOOST_AUTO_TEST_CASE(who_gives_up_makes_place_for_the_next) {
    const auto token = ask(null);
    BOOST_TEST(run("LEASE DROP k 1") == zero);
    BOOST_TEST(ask(null) == -1000);
    BOOST_TEST(run(("LEASE DROP k " + std::to_string(token)).c_str()) == one);
    BOOST_TEST(run(("LEASE DROP k " + std::to_string(token)).c_str()) == zero);
    BOOST_TEST(ask(null) > token);
    BOOST_TEST(fill(token) == zero);
}

BOOST_AUTO_TEST_CASE(a_stale_value_is_served_while_one_refills_it) {
    run("SET k old PX 5000");
    BOOST_TEST(ask(bulk("old")) == 0);
    BOOST_TEST(ask(bulk("old"), "STALE 4999") == 0);
    const auto token = ask(bulk("old"), "STALE 5000");
    BOOST_TEST(token > 0);
    BOOST_TEST(ask(bulk("old"), "STALE 5000") == -1000);
    BOOST_TEST(ask(bulk("old")) == 0);
    BOOST_TEST(fill(token, "new PX 9000") == one);
    BOOST_TEST(ask(bulk("new"), "STALE 5000") == 0);
    BOOST_TEST(run("PTTL k") == ":9000\r\n");
}

BOOST_AUTO_TEST_CASE(a_stale_value_is_served_for_no_longer_than_its_time) {
    run("SET k old PX 500");
    const auto token = ask(bulk("old"), "STALE 5000");
    now += 500;
    BOOST_TEST(ask(null, "STALE 5000") == -500);
    BOOST_TEST(fill(token) == one);
}

BOOST_AUTO_TEST_CASE(a_value_without_a_time_is_never_stale) {
    run("SET k v");
    BOOST_TEST(ask(bulk("v"), "STALE 9223372036854775807") == 0);
}

BOOST_AUTO_TEST_CASE(a_fill_takes_every_time_option) {
    for (const auto time : {"EX 10", "px 10000", "EXAT 1700000010", "PXAT 1700000010000"}) {
        run("DEL k");
        BOOST_TEST(fill(ask(null), std::string("v ") + time) == one);
        BOOST_TEST(run("PTTL k") == ":10000\r\n");
    }
    run("DEL k");
    const auto token = ask(null);
    BOOST_TEST(fill(token, "v EX") == syntax);
    BOOST_TEST(fill(token, "v NX") == syntax);
    BOOST_TEST(fill(token, "v EX 1 PX 1") == syntax);
    BOOST_TEST(fill(token, "v EX x") == no_integer);
    BOOST_TEST(fill(token, "v EX 0") == "-ERR invalid expire time in 'lease|set' command\r\n");
    BOOST_TEST(fill(token) == one);
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_refused) {
    for (const auto hold : {"0", "-1", "3600001"}) {
        BOOST_TEST(run({"LEASE", "GET", "k", hold}) ==
                   "-ERR a lease is held for 1 to 3600000 milliseconds\r\n");
    }
    BOOST_TEST(run("LEASE GET k x") == no_integer);
    BOOST_TEST(run("LEASE GET k 1 STALE") == syntax);
    BOOST_TEST(run("LEASE GET k 1 FRESH 1") == syntax);
    BOOST_TEST(run("LEASE GET k 1 STALE x") == no_integer);
    BOOST_TEST(run("LEASE GET k 1 STALE -1") == "-ERR STALE takes no negative time\r\n");
    BOOST_TEST(run("LEASE SET k x v") == no_integer);
    for (const auto token : {"0", "-5", "12345"})
        BOOST_TEST(run({"LEASE", "SET", "k", token, "v"}) == zero);
    BOOST_TEST(run("LEASE SET k 1") ==
               "-ERR wrong number of arguments for 'lease|set' command\r\n");
    BOOST_TEST(run("LEASE nosuch") == "-ERR unknown subcommand 'nosuch'. Try LEASE HELP.\r\n");
    BOOST_TEST(run("LEASE HELP").starts_with("*12\r\n+LEASE <subcommand> "));
}

BOOST_AUTO_TEST_SUITE_END()
