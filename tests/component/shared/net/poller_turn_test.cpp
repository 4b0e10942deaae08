// What happens at the end of a turn, in which order, and which turns find a crowd.
#include "tests/component/shared/net/poller_fixture.hpp"

#include <memory>
#include <vector>

using namespace shared::test;
using shared::turn_phase;

namespace {

class replies_of_a_turn {
  public:
    replies_of_a_turn(poller_fixture& made_for, std::size_t count) : made_for_(made_for) {
        for (std::size_t i = 0; i < count; ++i) {
            all_.push_back(std::make_unique<noted_task>(made_for.log, 'r'));
        }
    }
    noted_task& front() { return *all_.front(); }
    void ask() {
        for (auto& one : all_) made_for_.events.at_end_of_turn(*one, turn_phase::last);
    }

  private:
    poller_fixture& made_for_;
    std::vector<std::unique_ptr<noted_task>> all_;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(poller_turn_test, poller_fixture)

BOOST_AUTO_TEST_CASE(at_the_end_of_the_turn_the_first_tasks_come_before_the_last) {
    noted_task reply(log, 'r');
    noted_task record(log, 'd');
    noted_task other_record(log, 'e');
    recorder handler;
    handler.then = [&] {
        if (handler.readable == 0) return;
        events.at_end_of_turn(reply, turn_phase::last);
        events.at_end_of_turn(record, turn_phase::first);
        events.at_end_of_turn(other_record, turn_phase::first);
        events.at_end_of_turn(reply, turn_phase::last);
        log += '.';
    };
    first.send("x");
    events.add(first.near, handler);
    BOOST_TEST(until([&] { return handler.readable == 1; }));
    BOOST_TEST(log == ".der");
}

BOOST_AUTO_TEST_CASE(requests_come_before_a_few_replies_and_behind_records) {
    noted_task record(log, 'd');
    noted_task request(log, 'q');
    replies_of_a_turn replies(*this, shared::poller::few_replies - 1);
    take_turn([&] {
        replies.ask();
        events.at_end_of_turn(request, turn_phase::requests);
        events.at_end_of_turn(record, turn_phase::first);
    });
    BOOST_TEST(log == "dqrrr");
}

BOOST_AUTO_TEST_CASE(requests_wait_for_some_replies_and_for_what_has_come_meanwhile) {
    noted_task record(log, 'd');
    noted_task request(log, 'q');
    replies_of_a_turn replies(*this, shared::poller::few_replies);
    recorder client;  // asks when it has its reply
    events.add(second.near, client);
    settle();
    replies.front().then = [&] { second.send("x"); };
    client.then = [&] {
        log += 'c';
        events.at_end_of_turn(request, turn_phase::requests);
    };
    take_turn([&] {
        replies.ask();
        events.at_end_of_turn(request, turn_phase::requests);
        events.at_end_of_turn(record, turn_phase::first);
    });
    BOOST_TEST(log == "drrrrcq");
    events.remove(second.near, client);
}

BOOST_AUTO_TEST_CASE(requests_do_not_wait_for_very_many_replies) {
    noted_task request(log, 'q');
    replies_of_a_turn replies(*this, shared::poller::most_replies + 1);
    take_turn([&] {
        replies.ask();
        events.at_end_of_turn(request, turn_phase::requests);
    });
    BOOST_TEST(log.size() == shared::poller::most_replies + 2);
    BOOST_TEST(log.front() == 'q');
}

BOOST_AUTO_TEST_CASE(a_turn_without_requests_looks_once) {
    replies_of_a_turn replies(*this, shared::poller::few_replies);
    noted_task late(log, 'l');
    recorder client;
    events.add(second.near, client);
    settle();
    replies.front().then = [&] {
        second.send("x");
        events.at_end_of_turn(late, turn_phase::last);
    };
    client.then = [&] { log += 'c'; };
    take_turn([&] { replies.ask(); });
    BOOST_TEST(log == "rrrrlc");
    events.remove(second.near, client);
}

BOOST_AUTO_TEST_CASE(a_last_task_may_give_first_tasks_work_again) {
    noted_task record(log, 'd');
    noted_task reply(log, 'r');
    noted_task other_reply(log, 's');
    reply.then = [&] {
        if (log == "dr") events.at_end_of_turn(record, turn_phase::first);
    };
    for (auto* task : {&reply, &other_reply}) events.at_end_of_turn(*task, turn_phase::last);
    events.at_end_of_turn(record, turn_phase::first);
    settle();
    BOOST_TEST(log == "drsd");
}

BOOST_AUTO_TEST_CASE(a_task_asked_for_outside_of_a_turn_runs_soon_and_once) {
    noted_task task(log, 't');
    events.at_end_of_turn(task, turn_phase::last);
    events.at_end_of_turn(task, turn_phase::last);
    BOOST_TEST(log.empty());
    BOOST_TEST(until([&] { return !log.empty(); }));
    settle();
    BOOST_TEST(log == "t");
    events.at_end_of_turn(task, turn_phase::first);
    settle();
    BOOST_TEST(log == "tt");
}

BOOST_AUTO_TEST_CASE(a_cancelled_task_does_not_run_even_if_its_phase_has_begun) {
    noted_task one(log, '1');
    noted_task two(log, '2');
    noted_task three(log, '3');
    one.then = [&] { events.cancel(two); };
    for (auto* task : {&one, &two, &three}) events.at_end_of_turn(*task, turn_phase::last);
    settle();
    BOOST_TEST(log == "13");
    events.at_end_of_turn(two, turn_phase::last);
    settle();
    BOOST_TEST(log == "132");
}

BOOST_AUTO_TEST_CASE(only_a_turn_that_expects_many_finds_a_crowd) {
    recorder handler;
    std::size_t under_way = shared::poller::crowd - 1;
    handler.then = [&] { events.expect(under_way); };
    events.add(first.near, handler);
    BOOST_TEST(until([&] { return handler.writable == 1; }));
    BOOST_TEST(!events.crowded());
    under_way = shared::poller::crowd;
    first.send("x");
    BOOST_TEST(until([&] { return handler.readable == 1; }));
    BOOST_TEST(events.crowded());
    under_way = 1;
    first.send("x");
    BOOST_TEST(until([&] { return handler.readable == 2; }));
    BOOST_TEST(!events.crowded());
    events.remove(first.near, handler);
}

BOOST_AUTO_TEST_CASE(many_clients_that_come_again_in_full_turns_are_a_crowd) {
    recorder one;
    recorder other;
    std::vector<std::uint32_t> clients(shared::poller::crowd);
    one.then = [&] {
        for (auto& each : clients) events.expect_again(each);
    };
    events.add(first.near, one);
    events.add(second.near, other);
    const auto take_turns = [&](bool with_both) {
        for (int i = 0; i < 70; ++i) {
            const int before = one.readable + other.readable;
            first.send("x");
            if (with_both) second.send("x");
            BOOST_REQUIRE(
                until([&] { return one.readable + other.readable == before + 1 + with_both; }));
        }
    };
    take_turns(true);
    BOOST_TEST(events.crowded());
    take_turns(false);  // one at a time: each is dealt with as soon as it comes
    BOOST_TEST(!events.crowded());
    clients.pop_back();
    take_turns(true);
    BOOST_TEST(!events.crowded());
    events.remove(first.near, one);
    events.remove(second.near, other);
}

BOOST_AUTO_TEST_SUITE_END()
