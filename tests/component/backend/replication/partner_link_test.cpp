#include "backend/replication/partner_link.hpp"

#include "tests/component/backend/replication/pair_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>

using namespace backend;
using namespace backend::test;

namespace {

std::string key_of(int number) {
    return "key" + std::to_string(number);
}

struct small_backlog_fixture : pair_fixture {
    small_backlog_fixture()
        : pair_fixture({.name = "a1", .backlog = 1UL << 20U, .timeout = milliseconds(60'000)},
                       {.name = "a2", .timeout = milliseconds(60'000)}) {}
};

struct impatient_fixture : pair_fixture {
    impatient_fixture()
        : pair_fixture({.name = "a1", .timeout = milliseconds(500)},
                       {.name = "a2", .timeout = milliseconds(500)}) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(partner_link_test, pair_fixture)

BOOST_AUTO_TEST_CASE(partners_that_meet_give_each_other_everything) {
    for (int i = 0; i < 500; ++i) a.set(key_of(i), "of a");
    for (int i = 500; i < 1000; ++i) b.set(key_of(i), "of b");
    BOOST_TEST_REQUIRE(meet());
    for (int i = 0; i < 1000; ++i) {
        BOOST_TEST_REQUIRE(a.get(key_of(i)) == (i < 500 ? "of a" : "of b"));
        BOOST_TEST_REQUIRE(b.get(key_of(i)) == (i < 500 ? "of a" : "of b"));
    }
    BOOST_TEST(a.status().ready);
    BOOST_TEST(b.status().ready);
    BOOST_TEST(a.not_ready().empty());
    BOOST_TEST(a.status().records_sent >= 500U);
}

BOOST_AUTO_TEST_CASE(a_backend_is_not_ready_before_it_has_all_that_its_partner_has) {
    a.open(to_b.where());
    BOOST_TEST(!a.status().ready);
    BOOST_TEST(a.not_ready() == "LOADING a1 is catching up with its partner");
    b.open(to_a.where());
    BOOST_TEST(until([&] {
        if (a.status().receiving != sync_state::synced)
            BOOST_TEST_REQUIRE(
                !(a.status().receiving == sync_state::catching_up && a.status().ready));
        return a.synced();
    }));
}

BOOST_AUTO_TEST_CASE(a_backend_whose_partners_port_refuses_is_ready_alone) {
    to_b.cut();
    a.open(to_b.where());
    BOOST_TEST(until([&] { return a.status().ready; }));
    BOOST_TEST((a.status().receiving == sync_state::waiting));
    BOOST_TEST(!a.status().sending);
}

BOOST_AUTO_TEST_CASE(every_change_reaches_the_partner) {
    BOOST_TEST_REQUIRE(meet());
    a.set("k", "1");
    BOOST_TEST(both_have("k", "1"));
    b.set("k", "2");
    BOOST_TEST(both_have("k", "2"));
    a.erase("k");
    BOOST_TEST(both_have("k", "(none)"));
    const auto later = shared::unix_now() + 100'000;
    b.set("k", "3", later);
    BOOST_TEST(both_have("k", "3"));
    BOOST_TEST(a.expires_at("k") == later);
    b.set("k", "3");
    BOOST_TEST(until([&] { return a.expires_at("k") == 0; }));
}

BOOST_AUTO_TEST_CASE(a_flush_empties_both_and_what_comes_after_stays) {
    for (int i = 0; i < 100; ++i) a.set(key_of(i), "v");
    BOOST_TEST_REQUIRE(meet());
    b.flush();
    b.set("new", "v");
    BOOST_TEST(both_have("new", "v"));
    BOOST_TEST(a.get(key_of(1)) == "(none)");
    BOOST_TEST(until([&] { return a.data.size() == 1; }));
}

BOOST_AUTO_TEST_CASE(values_of_any_bytes_and_of_megabytes_arrive_whole) {
    BOOST_TEST_REQUIRE(meet());
    std::string value(10'000'000, '\0');
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 37 % 256);
    a.set("large", value);
    a.set("", "");
    BOOST_TEST(until([&] { return b.get("") == ""; }));
    BOOST_TEST((b.get("large") == value));
}

BOOST_AUTO_TEST_CASE(a_long_exchange_goes_on_whenever_the_partner_takes_more) {
    const std::string value(10'000, 'v');
    for (int i = 0; i < 3000; ++i) a.set(key_of(i), value);
    BOOST_TEST_REQUIRE(meet());
    BOOST_TEST(b.data.size() == 3000U);
    BOOST_TEST(until([&] { return a.status().unsent_bytes == 0; }));
}

BOOST_AUTO_TEST_CASE(what_changes_during_the_exchange_is_not_lost) {
    const std::string value(10'000, 'v');
    for (int i = 0; i < 1000; ++i) a.set(key_of(i), value);
    a.open(to_b.where());
    b.open(to_a.where());
    int changed = 0;
    BOOST_TEST(until([&] {
        if (changed < 1000) a.set(key_of(changed++), "changed");
        return changed == 1000 && a.synced() && b.synced();
    }));
    a.set("last", "v");
    BOOST_TEST(both_have("last", "v"));
    for (int i = 0; i < 1000; ++i) BOOST_TEST_REQUIRE(b.get(key_of(i)) == "changed");
}

BOOST_AUTO_TEST_CASE(a_lost_partner_makes_it_wait_and_when_they_meet_again_both_have_everything) {
    for (int i = 0; i < 10; ++i) a.set(key_of(i), "before");
    BOOST_TEST_REQUIRE(meet());
    cut();
    BOOST_TEST_REQUIRE(both_alone());
    a.set("of a", "1");
    b.set("of b", "2");
    a.erase(key_of(0));
    b.erase(key_of(1));
    a.set(key_of(2), "older");
    b.set(key_of(2), "newer");
    b.set(key_of(3), "older");
    a.erase(key_of(3));
    mend();
    BOOST_TEST_REQUIRE(both_synced());
    BOOST_TEST(both_have("of a", "1"));
    BOOST_TEST(both_have("of b", "2"));
    BOOST_TEST(both_have(key_of(0), "(none)"));
    BOOST_TEST(both_have(key_of(1), "(none)"));
    BOOST_TEST(a.get(key_of(2)) == b.get(key_of(2)));
    BOOST_TEST(a.get(key_of(3)) == b.get(key_of(3)));
    BOOST_TEST(both_have(key_of(4), "before"));
}

BOOST_AUTO_TEST_CASE(a_flush_while_they_were_apart_is_kept_when_they_meet_again) {
    for (int i = 0; i < 10; ++i) a.set(key_of(i), "before");
    BOOST_TEST_REQUIRE(meet());
    cut();
    BOOST_TEST_REQUIRE(both_alone());
    a.flush();
    a.set("after", "v");
    mend();
    BOOST_TEST_REQUIRE(both_synced());
    BOOST_TEST(both_have("after", "v"));
    BOOST_TEST(both_have(key_of(1), "(none)"));
}

BOOST_AUTO_TEST_CASE(a_partner_that_was_away_as_a_process_is_met_again) {
    BOOST_TEST_REQUIRE(meet());
    b.close();
    to_b.cut();
    BOOST_TEST_REQUIRE(
        until([&] { return !a.status().sending && a.status().receiving == sync_state::waiting; }));
    BOOST_TEST(until([&] { return a.status().ready; }));
    a.set("k", "meanwhile");
    to_b.mend();
    b.open(to_a.where());
    BOOST_TEST_REQUIRE(both_synced());
    BOOST_TEST(b.get("k") == "meanwhile");
}

BOOST_AUTO_TEST_CASE(a_partner_that_starts_anew_takes_the_entries_however_old_they_are) {
    // Two hours ago, and deletes are remembered for one. Of a pair, a1 has the first word: a2 must
    // not give way to its emptiness.
    const version old = version_at(shared::unix_now() - 7'200'000);
    b.data.merge({.kind = effect_kind::set, .stamp = old, .key = "k", .value = "old"},
                 shared::unix_now());
    BOOST_TEST_REQUIRE(meet());
    BOOST_TEST(both_have("k", "old"));
}

BOOST_AUTO_TEST_CASE(a_link_lost_just_before_the_end_leaves_nothing_behind) {
    BOOST_TEST_REQUIRE(meet());
    cut();
    // Stops in the very turn in which the receiver is retired: it dies with the loop.
    BOOST_TEST(until([&] { return a.status().receiving == sync_state::waiting; }));
}

BOOST_FIXTURE_TEST_CASE(a_frozen_partner_is_given_up_after_the_time_out_and_met_again,
                        impatient_fixture) {
    BOOST_TEST_REQUIRE(meet());
    to_a.freeze();
    to_b.freeze();
    BOOST_TEST_REQUIRE(both_alone());
    a.set("k", "meanwhile");
    cut();
    to_a.thaw();
    to_b.thaw();
    mend();
    BOOST_TEST_REQUIRE(both_synced());
    BOOST_TEST(both_have("k", "meanwhile"));
}

BOOST_FIXTURE_TEST_CASE(a_backlog_that_overflows_ends_the_link_and_costs_no_more_memory,
                        small_backlog_fixture) {
    BOOST_TEST_REQUIRE(meet());
    to_b.freeze();
    const std::string value(10'000, 'v');
    int written = 0;
    // The kernel's buffers on the way take some megabytes besides.
    BOOST_TEST(until([&] {
        for (int i = 0; i < 10; ++i) a.set(key_of(written++), value);
        BOOST_TEST_REQUIRE(a.status().unsent_bytes <= (1U << 20U) + 20'000U);
        return !a.status().sending;
    }));
    BOOST_TEST(a.status().unsent_bytes == 0U);
    to_b.thaw();
    BOOST_TEST_REQUIRE(both_synced());
    for (int i = 0; i < written; ++i) BOOST_TEST_REQUIRE(b.get(key_of(i)) == value);
}

BOOST_AUTO_TEST_SUITE_END()
