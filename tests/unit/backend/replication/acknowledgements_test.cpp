#include "backend/replication/acknowledgements.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using backend::awaited_change;
using backend::version;
using shared::steady_time;

namespace {

steady_time at(int milliseconds) {
    return steady_time(std::chrono::milliseconds(milliseconds));
}

/// A link of which every step is a number; answers are collected as "name+" or "name-".
struct waiting_fixture {
    void wait(const std::string& name, const awaited_change& what, version mark) {
        waiting.wait(what, mark,
                     [this, name](bool confirmed) { answers += name + (confirmed ? "+" : "-"); });
    }

    backend::acknowledgements waiting;
    std::string answers;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(acknowledgements_test, waiting_fixture)

BOOST_AUTO_TEST_CASE(a_change_over_an_open_link_is_confirmed_by_the_mark_behind_it) {
    waiting.on_opened(10);
    wait("a", {.after = 12, .until = at(100)}, 20);
    wait("b", {.after = 22, .until = at(100)}, 30);
    waiting.on_seen(19);
    BOOST_TEST(answers.empty());
    waiting.on_seen(20);
    BOOST_TEST(answers == "a+");
    waiting.on_seen(30);
    BOOST_TEST(answers == "a+b+");
    BOOST_TEST(!waiting.timed());
}

BOOST_AUTO_TEST_CASE(a_change_from_before_the_link_waits_for_the_whole_exchange) {
    waiting.on_opened(10);
    wait("old", {.after = 9, .until = at(100)}, 20);
    waiting.on_seen(20);
    BOOST_TEST(answers.empty());
    waiting.on_exchanged(30);
    waiting.on_seen(29);
    BOOST_TEST(answers.empty());
    waiting.on_seen(30);
    BOOST_TEST(answers == "old+");
}

BOOST_AUTO_TEST_CASE(a_change_from_before_the_link_needs_its_own_mark_too) {
    waiting.on_opened(10);
    waiting.on_exchanged(30);
    wait("old", {.after = 9, .until = at(100)}, 40);
    waiting.on_seen(30);
    BOOST_TEST(answers.empty());
    waiting.on_seen(40);
    BOOST_TEST(answers == "old+");
}

BOOST_AUTO_TEST_CASE(without_a_link_the_next_exchange_confirms) {
    wait("a", {.after = 5, .until = at(100)}, 0);
    waiting.on_opened(10);
    waiting.on_seen(11);
    BOOST_TEST(answers.empty());
    waiting.on_exchanged(20);
    waiting.on_seen(20);
    BOOST_TEST(answers == "a+");
}

BOOST_AUTO_TEST_CASE(a_lost_link_gives_up_who_has_no_time_and_keeps_the_others) {
    waiting.on_opened(10);
    wait("flush", {}, 20);
    wait("write", {.after = 15, .until = at(100)}, 20);
    waiting.on_lost();
    BOOST_TEST(answers == "flush-");
    // What was on its way may not have arrived: a mark of the next link alone says nothing.
    waiting.on_opened(30);
    waiting.on_seen(31);
    BOOST_TEST(answers == "flush-");
    waiting.on_exchanged(40);
    waiting.on_seen(40);
    BOOST_TEST(answers == "flush-write+");
}

BOOST_AUTO_TEST_CASE(a_lost_link_or_its_time_gives_up_who_needs_the_link) {
    waiting.on_opened(10);
    const awaited_change needs_link{.until = at(100), .unless_lost = true};
    wait("a", needs_link, 20);
    wait("b", {.after = 15, .until = at(150)}, 20);
    waiting.expire(at(99));
    BOOST_TEST(answers.empty());
    waiting.expire(at(100));
    BOOST_TEST(answers == "a-");
    wait("c", needs_link, 30);
    waiting.on_lost();
    BOOST_TEST(answers == "a-c-");
    BOOST_TEST(waiting.timed());
    waiting.on_opened(40);
    wait("d", needs_link, 50);
    waiting.on_seen(50);
    BOOST_TEST(answers == "a-c-d+");
}

BOOST_AUTO_TEST_CASE(losing_the_link_forgets_that_an_exchange_was_whole) {
    waiting.on_opened(10);
    waiting.on_exchanged(11);
    waiting.on_lost();
    waiting.on_opened(20);
    wait("old", {.after = 15, .until = at(100)}, 25);
    waiting.on_seen(25);
    BOOST_TEST(answers.empty());
}

BOOST_AUTO_TEST_CASE(whose_time_is_over_is_told_so_once) {
    waiting.on_opened(10);
    wait("a", {.after = 12, .until = at(100)}, 20);
    wait("b", {.after = 12, .until = at(50)}, 20);
    wait("c", {}, 20);
    BOOST_TEST(waiting.timed());
    waiting.expire(at(49));
    BOOST_TEST(answers.empty());
    waiting.expire(at(50));
    BOOST_TEST(answers == "b-");
    waiting.expire(at(100));
    BOOST_TEST(answers == "b-a-");
    BOOST_TEST(!waiting.timed());
    waiting.on_seen(20);
    BOOST_TEST(answers == "b-a-c+");
}

BOOST_AUTO_TEST_CASE(who_does_not_wait_for_one_that_is_gone_is_told_at_once) {
    backend::acknowledgements waiters;
    std::string told;
    const auto later = shared::steady_time(std::chrono::hours(1));
    waiters.wait({.after = 1, .until = later, .unless_gone = true}, 0,
                 [&](bool confirmed) { told += confirmed ? "yes " : "no "; });
    waiters.wait({.after = 1, .until = later}, 0, [&](bool) { told += "waited "; });
    waiters.on_gone();
    BOOST_TEST(told == "no ");
    BOOST_TEST(waiters.timed());
    waiters.expire(later);
    BOOST_TEST(told == "no waited ");
}

BOOST_AUTO_TEST_SUITE_END()
