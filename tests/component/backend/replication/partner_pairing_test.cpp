#include "tests/component/backend/replication/pair_fixture.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace backend;
using namespace backend::test;

namespace {

node_identity id(char digit) {
    return {std::string(32, digit), {}};
}
node_identity paired(char digit, char with) {
    return {std::string(32, digit), paired_node{std::string(32, with), "a2"}};
}

struct known_fixture : pair_fixture {
    known_fixture()
        : pair_fixture({.name = "a1", .identity = id('1')}, {.name = "a2", .identity = id('2')}) {}
};

/// Two that refuse each other, both with these words; nothing of the one is at the other.
void check_refused(const node_options& left, const node_options& right, const std::string& reason) {
    pair_fixture pair(left, right);
    pair.a.set("k", "of a");
    pair.a.open(pair.to_b.where());
    pair.b.open(pair.to_a.where());
    const auto told = [&](node& one) {
        return one.status().refused.find(reason) != std::string::npos;
    };
    BOOST_TEST(pair.until([&] { return told(pair.a) && told(pair.b); }));
    support::run_until(pair.context, [] { return false; }, milliseconds(500));
    for (auto* each : {&pair.a, &pair.b}) {
        BOOST_TEST(!each->status().sending);
        BOOST_TEST((each->status().receiving == sync_state::waiting));
        BOOST_TEST(each->status().records_sent == 0U);
    }
    BOOST_TEST(pair.b.get("k") == "(none)");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partner_pairing_test)

BOOST_FIXTURE_TEST_CASE(partners_that_meet_know_each_other_from_then_on, known_fixture) {
    BOOST_TEST_REQUIRE(meet());
    const auto of_a = a.status().identity;
    BOOST_TEST_REQUIRE(of_a.partner.has_value());
    BOOST_TEST((*of_a.partner == paired_node{std::string(32, '2'), "a2"}));
    BOOST_TEST((*b.status().identity.partner == paired_node{std::string(32, '1'), "a1"}));
    a.set("k", "v");
    BOOST_TEST(both_have("k", "v"));
}

BOOST_FIXTURE_TEST_CASE(a_pairing_that_was_forgotten_is_made_anew_at_the_next_link, known_fixture) {
    BOOST_TEST_REQUIRE(meet());
    BOOST_TEST(a.link->forget_partner() == "");
    BOOST_TEST(!a.status().identity.partner.has_value());
    BOOST_TEST(a.synced());
    cut();
    BOOST_TEST_REQUIRE(both_alone());
    mend();
    BOOST_TEST_REQUIRE(both_synced());
    BOOST_TEST(a.status().identity.partner.has_value());
}

BOOST_AUTO_TEST_CASE(another_in_the_place_of_the_partner_makes_no_link) {
    check_refused({.name = "a1", .identity = paired('1', '2')}, {.name = "a3", .identity = id('3')},
                  "'a1' is paired with " + std::string(32, '2'));
    check_refused({.name = "a1", .identity = id('1')}, {.name = "a3", .identity = paired('3', '2')},
                  "'a3' is paired with " + std::string(32, '2'));
}

BOOST_AUTO_TEST_CASE(one_that_can_not_be_known_again_makes_no_link_with_one_that_is_paired) {
    check_refused({.name = "a1", .identity = paired('1', '2')}, {.name = "a2"},
                  "'a1' is paired with " + std::string(32, '2'));
}

BOOST_AUTO_TEST_CASE(a_caller_that_is_not_the_partner_is_told_so_and_let_in_after_forgetting) {
    shared::worker_pool workers(1);
    auto& context = workers[0].context();
    node a(workers, {.name = "a1", .identity = paired('1', '2')}, support::free_endpoint());
    a.open(support::free_endpoint());
    introduction other{"a3"};
    other.id = std::string(32, '3');
    support::peer caller(context, a.where());
    const auto answered = [&](std::string_view beginning) {
        caller.send(link_request(other));
        return support::run_until(context, [&] { return caller.received().ends_with("\r\n"); }) &&
               caller.received().starts_with(beginning);
    };
    BOOST_TEST(answered("-ERR 'a1' is paired with " + std::string(32, '2') + " (a2), not with " +
                        other.id + " (a3): "));
    caller.forget_received();
    caller.send("PARTNER FORGET\r\n");
    BOOST_TEST(support::run_until(context, [&] { return caller.received() == "+OK\r\n"; }));
    caller.forget_received();
    BOOST_TEST(answered("+LINK a1 "));
    BOOST_TEST((*a.status().identity.partner == paired_node{other.id, "a3"}));
    a.close();
}

BOOST_AUTO_TEST_CASE(two_of_one_id_make_no_link) {
    check_refused({.name = "a1", .identity = id('1')}, {.name = "a2", .identity = id('1')},
                  "have the same node id, " + std::string(32, '1'));
}

BOOST_AUTO_TEST_CASE(two_of_one_name_make_no_link) {
    check_refused({.name = "a1", .identity = id('1')}, {.name = "a1", .identity = id('2')},
                  "both partners are called 'a1'");
}

BOOST_AUTO_TEST_SUITE_END()
