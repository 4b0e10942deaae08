// Who is let in as the partner, by the identities of both.
#include "backend/replication/partnership.hpp"
#include "backend/replication/restore.hpp"
#include "tests/unit/backend/replication/link_pair.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace backend;
using namespace std::chrono_literals;

namespace {

const std::string id_1(32, '1');
const std::string id_2(32, '2');
const std::string id_3(32, '3');

introduction who(const std::string& name, const std::string& id) {
    introduction one{name};
    one.id = id;
    return one;
}

struct paired_fixture {
    partnership make(const node_identity& self) {
        return {{"a1", 1, 5s, 1h, self, "/d/identity",
                 [this](const node_identity& what) {
                     kept.push_back(what);
                     return problem;
                 }},
                data,
                clock,
                guard,
                nullptr,
                {}};
    }

    hybrid_clock clock{0};
    clock_guard guard{1h};
    store data{{.memory = 8UL << 20U, .shards = 1}, clock, nullptr};
    std::vector<node_identity> kept;
    std::string problem;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pairing_test, paired_fixture)

BOOST_AUTO_TEST_CASE(an_id_is_told_in_the_introduction) {
    BOOST_TEST(make({id_1, {}}).introduce().id == id_1);
    BOOST_TEST(make({}).introduce().id == "-");
    BOOST_TEST(make({}).introduce().paired == "-");
}

BOOST_AUTO_TEST_CASE(the_first_partner_that_can_be_known_again_is_written_down) {
    auto pair = make({id_1, {}});
    BOOST_TEST(pair.pair_with(who("a2", "-")) == "");
    BOOST_TEST(kept.empty());
    BOOST_TEST(pair.pair_with(who("a2", id_2)) == "");
    BOOST_TEST(pair.pair_with(who("a2", id_2)) == "");
    BOOST_TEST_REQUIRE(kept.size() == 1U);
    BOOST_TEST((kept[0] == node_identity{id_1, paired_node{id_2, "a2"}}));
    BOOST_TEST((pair.identity() == kept[0]));
}

BOOST_AUTO_TEST_CASE(another_is_refused_whatever_it_is_called) {
    auto pair = make({id_1, paired_node{id_2, "a2"}});
    BOOST_TEST(pair.pair_with(who("a2", id_2)) == "");
    BOOST_TEST(pair.pair_with(who("renamed", id_2)) == "");
    BOOST_TEST(
        pair.pair_with(who("a3", id_3)) ==
        "ERR 'a1' is paired with " + id_2 + " (a2), not with " + id_3 +
            " (a3): PARTNER FORGET at 'a1', or no line 'partner' in /d/identity, pairs it anew");
    BOOST_TEST(pair.pair_with(who("a2", id_3)).starts_with("ERR 'a1' is paired with "));
    BOOST_TEST(pair.pair_with(who("a2", "-")).starts_with("ERR 'a1' is paired with "));
    BOOST_TEST(kept.empty());
}

BOOST_AUTO_TEST_CASE(one_that_is_paired_with_another_is_refused_in_its_place) {
    auto pair = make({id_1, {}});
    auto taken = who("a2", id_2);
    taken.paired = id_3;
    BOOST_TEST(pair.pair_with(taken) == "ERR 'a2' is paired with " + id_3 + ", not with " + id_1 +
                                            " (a1): PARTNER FORGET at 'a2' pairs it anew");
    BOOST_TEST(make({}).pair_with(taken).starts_with("ERR 'a2' is paired with "));
    BOOST_TEST(kept.empty());
    taken.paired = id_1;
    BOOST_TEST(pair.pair_with(taken) == "");
    BOOST_TEST(pair.introduce().paired == id_2);
}

BOOST_AUTO_TEST_CASE(who_has_forgotten_its_partner_takes_another) {
    auto pair = make({id_1, paired_node{id_2, "a2"}});
    BOOST_TEST(pair.forget_partner() == "");
    BOOST_TEST((kept.back() == node_identity{id_1, {}}));
    BOOST_TEST(pair.pair_with(who("a3", id_3)) == "");
    BOOST_TEST(pair.pair_with(who("a2", id_2)).starts_with("ERR 'a1' is paired with " + id_3));
    problem = "disk full";
    BOOST_TEST(pair.forget_partner() == "disk full");
    BOOST_TEST(pair.forget_partner() == "");  // there is nothing to forget
}

BOOST_AUTO_TEST_CASE(without_an_id_that_lasts_nobody_is_written_down) {
    auto pair = make({});
    BOOST_TEST(pair.pair_with(who("a2", id_2)) == "");
    BOOST_TEST(pair.pair_with(who("a3", id_3)) == "");
    BOOST_TEST(pair.pair_with(who("a2", "-")) == "");
    BOOST_TEST(kept.empty());
}

BOOST_AUTO_TEST_CASE(what_could_not_be_written_down_is_known_in_this_life) {
    auto pair = make({id_1, {}});
    problem = "disk full";
    BOOST_TEST(pair.pair_with(who("a2", id_2)) == "");
    BOOST_TEST(pair.pair_with(who("a3", id_3)) != "");
}

BOOST_AUTO_TEST_CASE(two_of_one_name_and_two_of_one_id_find_out_which) {
    auto pair = make({id_1, {}});
    BOOST_TEST(pair.pair_with(who("a1", id_2)) == "ERR both partners are called 'a1'");
    BOOST_TEST(pair.pair_with(who("a1", "-")) == "ERR both partners are called 'a1'");
    const auto copied = pair.pair_with(who("a2", id_1));
    BOOST_TEST(copied.starts_with("ERR 'a1' and its partner 'a2' have the same node id, " + id_1));
    const auto both = pair.pair_with(who("a1", id_1));
    BOOST_TEST(both.starts_with("ERR 'a1' and its partner of the same name have the same node id"));
    BOOST_TEST(kept.empty());
    BOOST_TEST(make({}).pair_with(who("a1", "-")) == "ERR both partners are called 'a1'");
}

BOOST_AUTO_TEST_CASE(what_was_seen_of_one_partner_says_nothing_of_the_next) {
    const progress seen{500, 7};
    auto pair = make({id_1, paired_node{id_2, "a2"}});
    pair.resume(seen);
    BOOST_TEST(pair.pair_with(who("a2", id_2)) == "");
    BOOST_TEST((pair.seen() == seen));
    BOOST_TEST(pair.forget_partner() == "");
    BOOST_TEST((pair.seen() == progress{}));
    // The line was taken away while it was down: of whom it was seen nobody knows.
    auto unpaired = make({id_1, {}});
    unpaired.resume(seen);
    BOOST_TEST(unpaired.pair_with(who("a3", id_3)) == "");
    BOOST_TEST((unpaired.seen() == progress{}));
}

BOOST_AUTO_TEST_CASE(the_log_is_told_of_a_drop_before_anything_that_comes_then) {
    backend_test::recording_sink log;
    partnership pair({"a1", 1, 5s, 1h}, data, clock, guard, &log, shared::steady_time(1h));
    data.open("old", 1'000).set("v", 0);
    pair.resume({version_at(500), 7});
    const auto floor = version_at(2'000);
    BOOST_TEST(pair.accept({"a2", 1, floor, 9}).dropped);
    BOOST_TEST_REQUIRE(log.effects.size() == 1U);
    BOOST_TEST((log.effects[0].view().kind == effect_kind::mark));
    BOOST_TEST(log.effects[0].view().value == drop_note(floor).value);
    BOOST_TEST(log.effects[0].view().stamp == floor);
    BOOST_TEST(!pair.accept({"a2", 1, floor, 9}).dropped);
    BOOST_TEST(log.effects.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_dialler_sends_nothing_to_one_that_is_not_its_partner) {
    auto pair = make({id_1, paired_node{id_2, "a2"}});
    outbox records(100'000);
    std::string refused;
    sending_half half(
        data, clock, guard, records, 2s,
        {.introduce = [&] { return pair.introduce(); },
         .on_linked = [](const introduction&) {},
         .on_seen = [](version) {},
         .on_refused_version = [](version) {},
         .refuses = [&](const introduction& partner) { return pair.pair_with(partner); },
         .on_refused = [&](const std::string& why) { refused = why; }});
    backend_test::wire out;
    const shared::moment now{shared::steady_time(1h), 1'700'000'000'000};
    half.greeting();
    const auto wrong = half.on_bytes(link_answer(who("a3", id_3)), out, now);
    BOOST_TEST(wrong.starts_with("ERR 'a1' is paired with " + id_2));
    BOOST_TEST(refused == wrong);
    BOOST_TEST(!half.linked());
    BOOST_TEST(out.bytes == "");
    half.greeting();
    BOOST_TEST(half.on_bytes(link_answer(who("a2", id_2)), out, now) == "");
    BOOST_TEST(half.linked());
}

BOOST_AUTO_TEST_SUITE_END()
