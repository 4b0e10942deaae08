// Both halves of the link and what the partners know of each other, together: what a link brings
// after the time before it.
#include "tests/unit/backend/replication/halves_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::missing;
using backend_test::halves_fixture;
using backend_test::partner;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(link_halves_test, halves_fixture)

BOOST_AUTO_TEST_CASE(the_first_link_brings_everything) {
    fill(*a, 0, 500);
    BOOST_TEST(!synced());
    connect();
    BOOST_TEST(synced());
    BOOST_TEST(problem == "");
    BOOST_TEST(has_all(*b, 500));
    BOOST_TEST((a->sender.exchange_of() == missing::everything));
}

BOOST_AUTO_TEST_CASE(changes_follow_as_they_happen) {
    connect();
    fill(*a, 0, 10);
    deliver(*a, *b);
    BOOST_TEST(has_all(*b, 10));
}

BOOST_AUTO_TEST_CASE(after_a_cut_only_what_was_missed_is_sent) {
    fill(*a, 0, 500);
    connect();
    fill(*a, 500, 510);  // on its way, and lost
    cut();
    fill(*a, 510, 520);
    a->data.open("0", now.unix).erase();
    const auto before = sent(*a);
    connect();
    BOOST_TEST(synced());
    BOOST_TEST((a->sender.exchange_of() == missing::unheard));
    BOOST_TEST(sent(*a) - before < 20U);  // marks
    BOOST_TEST(b->get("0", now) == "(none)");
    a->set("0", "v0", now);
    deliver(*a, *b);
    BOOST_TEST(has_all(*b, 520));
}

BOOST_AUTO_TEST_CASE(a_cut_within_the_resumed_exchange_loses_nothing_either) {
    connect();
    cut();
    fill(*a, 0, 50);
    link(*a, *b);  // nothing of it is delivered
    cut();
    connect();
    BOOST_TEST((a->sender.exchange_of() == missing::unheard));
    BOOST_TEST(synced());
    BOOST_TEST(has_all(*b, 50));
}

BOOST_AUTO_TEST_CASE(of_more_than_can_be_kept_what_is_newer_is_looked_for) {
    fill(*a, 0, 500);
    connect();
    live(20s);
    cut();
    for (int i = 0; i < 200; ++i)
        a->set("large" + std::to_string(i % 3), std::string(1000, 'x'), now);
    fill(*a, 500, 510);
    const auto before = sent(*a);
    connect();
    BOOST_TEST((a->sender.exchange_of() == missing::newer));
    BOOST_TEST(sent(*a) - before < 40U);
    BOOST_TEST(synced());
    BOOST_TEST(has_all(*b, 510));
    BOOST_TEST(b->get("large0", now).size() == 1000U);
}

BOOST_AUTO_TEST_CASE(one_that_starts_empty_gets_everything) {
    fill(*a, 0, 500);
    connect();
    cut();
    b.emplace("b", 3, now, backlog);
    connect();
    BOOST_TEST((a->sender.exchange_of() == missing::everything));
    BOOST_TEST(synced());
    BOOST_TEST(has_all(*b, 500));
}

BOOST_AUTO_TEST_CASE(one_that_restarts_with_its_log_gets_what_is_newer) {
    fill(*a, 0, 500);
    connect();
    live(20s);
    cut();
    fill(*a, 500, 510);
    restart_with_log(b, 3, "b");
    BOOST_TEST(has_all(*b, 500));
    connect();
    BOOST_TEST((a->sender.exchange_of() == missing::newer));
    BOOST_TEST(synced());
    BOOST_TEST(has_all(*b, 510));
    // What it wrote itself went to the other, who lived.
    BOOST_TEST((b->sender.exchange_of() == missing::newer));
}

BOOST_AUTO_TEST_CASE(what_the_restarted_one_had_written_and_lost_comes_back_from_the_other) {
    connect();
    live(20s);
    const auto seen = b->pair.seen();
    fill(*b, 0, 20);
    deliver(*b, *a);
    cut();
    b.emplace("b", 3, now, backlog);  // its log ends before all that
    b->pair.resume(seen);
    connect();
    BOOST_TEST((a->sender.exchange_of() == missing::newer));
    BOOST_TEST(has_all(*b, 20));
}

BOOST_AUTO_TEST_CASE(who_drops_what_it_has_gets_everything) {
    fill(*a, 0, 100);
    connect();
    cut();
    pass(2h);
    fill(*a, 100, 110);
    for (int i = 0; i < 100; i += 2) a->data.open(std::to_string(i), now.unix).erase();
    pass(2h);
    a->pair.forget_old_tombstones(now.unix);
    connect();
    BOOST_TEST((a->sender.exchange_of() == missing::everything));
    BOOST_TEST(synced());
    BOOST_TEST(b->get("0", now) == "(none)");
    BOOST_TEST(b->get("1", now) == "v1");
    BOOST_TEST(b->get("105", now) == "v105");
    BOOST_TEST(b->data.size() == a->data.size());
}

BOOST_AUTO_TEST_CASE(who_waits_is_answered_when_the_kept_changes_have_arrived) {
    connect();
    cut();
    fill(*a, 0, 10);
    std::optional<bool> answered;
    a->sender.after_acknowledgement(
        {.after = 0, .until = now.steady + 10s}, [&](bool confirmed) { answered = confirmed; },
        now);
    BOOST_TEST(!answered.has_value());
    link(*a, *b);
    BOOST_TEST(!answered.has_value());
    link(*b, *a);
    settle();
    BOOST_TEST((answered == true));
    BOOST_TEST(has_all(*b, 10));
}

BOOST_AUTO_TEST_CASE(nobody_is_kept_waiting_for_one_whose_port_refuses_until_it_is_back) {
    connect();
    cut();
    std::string told;
    const auto ask = [&] {
        a->sender.after_acknowledgement(
            {.after = 0, .until = now.steady + 10s, .unless_gone = true},
            [&](bool confirmed) { told += confirmed ? "yes " : "no "; }, now);
    };
    ask();
    BOOST_TEST(told == "");
    a->sender.on_nobody_there();
    BOOST_TEST(told == "no ");
    ask();
    BOOST_TEST(told == "no no ");
    connect();
    ask();
    settle();
    BOOST_TEST(told == "no no yes ");
}

BOOST_AUTO_TEST_CASE(deletes_are_forgotten_by_age_only_while_the_partner_is_away) {
    connect();
    a->set("k", "v", now);
    a->data.open("k", now.unix).erase();
    pass(2h);
    a->pair.forget_old_tombstones(now.unix);
    BOOST_TEST(a->data.stats().tombstones == 1U);
    cut();
    a->pair.forget_old_tombstones(now.unix);
    BOOST_TEST(a->data.stats().tombstones == 0U);
}

BOOST_AUTO_TEST_CASE(deletes_are_not_forgotten_while_one_that_was_told_of_them_sends_what_it_has) {
    a->set("k", "v", now);
    a->data.open("k", now.unix).erase();
    pass(2h);
    link(*b, *a);
    a->pair.forget_old_tombstones(now.unix);
    BOOST_TEST(a->data.stats().tombstones == 1U);
    deliver(*b, *a);
    a->pair.forget_old_tombstones(now.unix);
    BOOST_TEST(a->data.stats().tombstones == 0U);
}

BOOST_AUTO_TEST_CASE(what_expires_unheard_after_a_long_time_takes_what_it_had_replaced_along) {
    a->set("k", "old", now);
    connect();
    live(20s);
    cut();
    a->data.open("k", now.unix).set_expiry(now.unix + 5'400'000);
    for (int i = 0; i < 200; ++i)  // more than can be kept for the partner
        a->set("large" + std::to_string(i % 3), std::string(1000, 'x'), now);
    for (int minutes = 0; minutes < 100; ++minutes) {
        a->pair.forget_old_tombstones(now.unix);
        pass(1min);
        a->data.expire_some(now.unix, 100);
    }
    BOOST_TEST(a->get("k", now) == "(none)");
    BOOST_TEST(a->data.stats().tombstones == 0U);
    BOOST_TEST(b->get("k", now) == "old");
    connect();
    BOOST_TEST(synced());
    BOOST_TEST(b->get("k", now) == "(none)");
    BOOST_TEST(b->get("large0", now).size() == 1000U);
}

BOOST_AUTO_TEST_CASE(what_expires_once_the_floor_was_told_is_remembered_whatever_its_age) {
    const auto expire = [this](const char* key) {
        pass(1h);
        const auto floor = a->data.tombstone_floor();
        BOOST_TEST(a->get(key, now) == "(none)");
        return a->data.tombstone_floor() == floor;
    };
    for (const auto* key : {"first", "second", "third"})
        a->data.open(key, now.unix).set("v", now.unix + 7'500'000);
    pass(2h);
    a->pair.forget_old_tombstones(now.unix);
    BOOST_TEST(!expire("first"));
    a->sender.greeting();
    BOOST_TEST(expire("second"));
    a->sender.on_lost();
    a->pair.forget_old_tombstones(now.unix);
    link(*b, *a);
    BOOST_TEST(expire("third"));
    BOOST_TEST(a->data.stats().tombstones == 1U);
}

BOOST_AUTO_TEST_CASE(a_link_that_was_lost_as_soon_as_it_was_made_is_not_dialled_at_once) {
    link(*a, *b);
    BOOST_TEST((a->sender.on_lost() == 200ms));
    cut();
    connect();
    BOOST_TEST((a->sender.on_lost() == 0ms));
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_mark_that_was_not_sent_confirms_nothing) {
    connect();
    a->set("k", "v", now);
    bool told = false;
    a->sender.after_acknowledgement(
        {.after = 0, .until = now.steady + 1h}, [&](bool) { told = true; }, now);
    std::string invented;
    backend::append_seen(invented, UINT64_MAX, b->clock.next(now.unix));
    BOOST_TEST(a->sender.on_bytes(invented, a->out, now) == "it answered a mark that was not sent");
    BOOST_TEST(!told);
    deliver(*a, *b);
    BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(a_silent_partner_is_given_up) {
    connect();
    pass(1700ms);
    BOOST_TEST(a->sender.on_time(now) == "");
    pass(400ms);
    BOOST_TEST(a->sender.on_time(now) == "it was silent for too long");
    BOOST_TEST((a->sender.on_lost() == 0ms));
    BOOST_TEST((a->sender.on_lost() == 200ms));
}

BOOST_AUTO_TEST_CASE(a_kept_mark_of_an_earlier_exchange_does_not_end_the_present_one) {
    connect();
    cut();
    a->set("first", "1", now);
    link(*a, *b);  // its mark "exchanged" is kept, for it is never answered
    cut();
    a->set("second", "2", now);
    link(*a, *b);
    const auto all = a->out.bytes;
    for (std::size_t size = 0; size <= all.size(); ++size) {
        std::string answers;
        b->receiver->on_bytes(std::string_view(all).substr(0, size), answers, now.unix);
        if (b->pair.facts(now.steady).receiving == backend::sync_state::synced) break;
    }
    BOOST_TEST((b->pair.facts(now.steady).receiving == backend::sync_state::synced));
    BOOST_TEST((b->get("second", now)) == "2");
}

BOOST_AUTO_TEST_CASE(who_was_away_too_long_drops_before_it_sends) {
    a->set("deleted", "old", now);
    connect();
    cut();
    b->data.open("deleted", now.unix).erase();
    a->set("alone", "here", now);
    pass(2h);
    b->pair.forget_old_tombstones(now.unix);
    link(*a, *b);
    deliver(*a, *b);
    BOOST_TEST(b->get("deleted", now) == "(none)");
    cut();
    connect();
    BOOST_TEST(a->get("deleted", now) == "(none)");
    BOOST_TEST(synced());
}

BOOST_AUTO_TEST_CASE(what_is_written_after_a_drop_is_newer_than_what_was_dropped) {
    connect();
    cut();
    // The clock of one is ahead, by less than is refused.
    const auto ahead = now.unix + 1'800'000;
    b->data.open("deleted", ahead).erase();
    b->pair.forget_old_tombstones(ahead + 3'600'001);
    link(*a, *b);
    a->set("deleted", "new", now);
    cut();
    connect();
    BOOST_TEST(synced());
    BOOST_TEST(a->get("deleted", now) == "new");
    BOOST_TEST(b->get("deleted", now) == "new");
}

BOOST_AUTO_TEST_CASE(who_drops_what_it_has_is_not_ready_before_it_has_the_partners) {
    a->set("k", "v", now);
    connect();
    cut();
    a->data.open("deleted", now.unix).erase();
    pass(2h);
    a->pair.forget_old_tombstones(now.unix);
    const auto ready = [&] { return b->pair.facts(now.steady).ready; };
    BOOST_TEST(ready());  // the grace is over
    link(*b, *a);
    BOOST_TEST(b->data.size() == 0U);
    BOOST_TEST(!ready());
    link(*a, *b);
    settle();
    BOOST_TEST(ready());
    BOOST_TEST(b->get("k", now) == "v");
}

BOOST_AUTO_TEST_CASE(who_was_let_in_has_dropped_what_it_had_to) {
    a->set("before", "1", now);
    connect();
    cut();
    b->data.open("nothing", now.unix).erase();
    pass(2h);
    b->pair.forget_old_tombstones(now.unix);
    b->set("after", "2", now);
    a.emplace("a", 3, now, backlog);
    link(*b, *a);
    deliver(*b, *a);
    link(*a, *b);  // it has seen nothing yet that it could tell
    BOOST_TEST(a->get("before", now) == "1");
    BOOST_TEST(a->get("after", now) == "2");
}

BOOST_AUTO_TEST_CASE(a_link_of_the_partners_earlier_life_is_known) {
    connect();
    BOOST_TEST(a->pair.link_of_past_life({.name = "b", .run = 2}) == 0U);
    BOOST_TEST(a->pair.link_of_past_life({.name = "b", .run = 3}) == a->link);
    cut();
    BOOST_TEST(a->pair.link_of_past_life({.name = "b", .run = 3}) == 0U);
}

BOOST_AUTO_TEST_CASE(deletes_are_not_forgotten_between_the_greeting_and_the_end_of_the_exchange) {
    BOOST_TEST(!a->sender.relies_on_floor());
    link(*a, *b);
    BOOST_TEST(a->sender.relies_on_floor());
    deliver(*a, *b);
    BOOST_TEST(!a->sender.relies_on_floor());
    cut();
    link(*a, *b);
    a->sender.on_lost();
    BOOST_TEST(!a->sender.relies_on_floor());
}

BOOST_AUTO_TEST_SUITE_END()
