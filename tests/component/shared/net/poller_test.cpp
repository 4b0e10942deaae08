#include "shared/net/poller.hpp"

#include "tests/support/loop.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using shared::io_events;
using shared::turn_phase;

namespace {

/// Two connected descriptors; the poller watches `near`.
struct wire {
    wire() {
        std::array<int, 2> ends{};
        BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
        near = ends[0];
        far = ends[1];
    }
    ~wire() {
        ::close(near);
        if (far >= 0) ::close(far);
    }
    void send(std::string_view bytes) const {
        BOOST_TEST_REQUIRE(::write(far, bytes.data(), bytes.size()) ==
                           static_cast<ssize_t>(bytes.size()));
    }
    void hang_up() {
        ::close(far);
        far = -1;
    }
    int near = -1;
    int far = -1;
};

struct recorder final : shared::io_handler {
    void on_io(io_events events) override {
        if (events.readable) ++readable;
        if (events.writable) ++writable;
        if (events.hangup) ++hangups;
        if (then) then();
    }
    void give_up(const char* why) override { given_up = why; }
    std::string given_up;
    int readable = 0;
    int writable = 0;
    int hangups = 0;
    std::function<void()> then;
};

struct noted_task final : shared::turn_task {
    noted_task(std::string& log, char name) : log_(log), name_(name) {}
    void at_end_of_turn() override {
        log_ += name_;
        if (then) then();
    }
    std::function<void()> then;

  private:
    std::string& log_;
    char name_;
};

struct poller_fixture {
    bool until(const std::function<bool()>& predicate) {
        return support::run_until(context, predicate);
    }
    void settle() { support::run_dry(context); }

    /// A turn that has nothing to do but `work`, and what follows from it.
    void take_turn(const std::function<void()>& work) {
        recorder handler;
        events.add(first.near, handler);
        settle();
        handler.then = work;
        first.send("x");
        BOOST_TEST_REQUIRE(until([&] { return handler.readable == 1; }));
        settle();
        events.remove(first.near, handler);
    }

    boost::asio::io_context context;
    shared::poller events{context};
    wire first;
    wire second;
    std::string log;
};

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

BOOST_FIXTURE_TEST_SUITE(poller_test, poller_fixture)

BOOST_AUTO_TEST_CASE(the_present_state_is_reported_first) {
    recorder idle;
    recorder full;
    second.send("x");
    events.add(first.near, idle);
    events.add(second.near, full);
    BOOST_TEST(until([&] { return idle.writable == 1 && full.writable == 1; }));
    BOOST_TEST(idle.readable == 0);
    BOOST_TEST(full.readable == 1);
}

BOOST_AUTO_TEST_CASE(an_edge_is_reported_once_though_the_bytes_are_not_read) {
    recorder handler;
    events.add(first.near, handler);
    first.send("x");
    BOOST_TEST(until([&] { return handler.readable == 1; }));
    settle();
    BOOST_TEST(handler.readable == 1);
    first.send("y");
    BOOST_TEST(until([&] { return handler.readable == 2; }));
}

BOOST_AUTO_TEST_CASE(the_end_of_the_stream_is_a_hangup_to_be_read) {
    recorder handler;
    events.add(first.near, handler);
    settle();
    first.hang_up();
    BOOST_TEST(until([&] { return handler.hangups > 0; }));
    BOOST_TEST(handler.readable > 0);
}

BOOST_AUTO_TEST_CASE(again_calls_once_more_without_a_new_edge) {
    recorder handler;
    int wanted = 3;
    handler.then = [&] {
        if (handler.readable < wanted) events.again(handler);
    };
    events.add(first.near, handler);
    BOOST_TEST(until([&] { return handler.readable == wanted; }));
    settle();
    BOOST_TEST(handler.readable == wanted);
}

BOOST_AUTO_TEST_CASE(again_from_outside_of_a_turn_is_heard_too) {
    recorder handler;
    events.add(first.near, handler);
    settle();
    events.again(handler);
    BOOST_TEST(until([&] { return handler.readable == 1; }));
}

BOOST_AUTO_TEST_CASE(a_removed_handler_is_not_called_for_what_this_turn_has_brought) {
    recorder one;
    recorder other;
    first.send("x");
    second.send("x");
    one.then = [&] { events.remove(second.near, other); };
    other.then = [&] { events.remove(first.near, one); };
    events.add(first.near, one);
    events.add(second.near, other);
    BOOST_TEST(until([&] { return one.readable + other.readable > 0; }));
    settle();
    BOOST_TEST(one.readable + other.readable == 1);
}

BOOST_AUTO_TEST_CASE(a_removed_handler_is_not_called_again_either) {
    recorder one;
    recorder other;
    one.then = [&] {
        events.again(other);
        events.remove(second.near, other);
    };
    events.add(second.near, other);
    settle();
    const int before = other.readable;
    events.add(first.near, one);
    settle();
    BOOST_TEST(other.readable == before);
}

BOOST_AUTO_TEST_CASE(a_handler_struck_out_while_others_are_called_again_is_left_alone) {
    recorder one;
    recorder other;
    events.add(first.near, one);
    events.add(second.near, other);
    settle();
    one.then = [&] { events.remove(second.near, other); };
    events.again(one);
    events.again(other);
    settle();
    BOOST_TEST(one.readable == 1);
    BOOST_TEST(other.readable == 0);
}

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

BOOST_AUTO_TEST_CASE(a_buried_handler_lives_until_the_turn_is_over) {
    struct mortal final : shared::io_handler {
        explicit mortal(std::string& log) : log_(log) {}
        ~mortal() override { log_ += 'x'; }
        void on_io(io_events) override {}
        void give_up(const char*) override {}
        std::string& log_;
    };
    noted_task task(log, 't');
    recorder handler;
    handler.then = [&] {
        if (handler.readable == 0) return;
        events.bury(std::make_unique<mortal>(log));
        log += '.';
        events.at_end_of_turn(task, turn_phase::last);
    };
    first.send("x");
    events.add(first.near, handler);
    BOOST_TEST(until([&] { return handler.readable == 1; }));
    BOOST_TEST(log == ".tx");
    events.bury(std::make_unique<mortal>(log));
    BOOST_TEST(log == ".tx");
    BOOST_TEST(until([&] { return log == ".txx"; }));
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_given_up_and_the_others_are_served) {
    recorder failing;
    recorder working;
    failing.then = [] { throw std::bad_alloc(); };
    events.add(first.near, failing);
    events.add(second.near, working);
    first.send("x");
    second.send("x");
    BOOST_TEST(until([&] { return !failing.given_up.empty() && working.readable == 1; }));
    BOOST_TEST(failing.given_up == "std::bad_alloc");
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_the_kernel_refuses_is_an_exception) {
    recorder handler;
    BOOST_CHECK_THROW(events.add(-1, handler), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(more_sockets_than_one_turn_holds_are_all_reported) {
    std::vector<std::unique_ptr<wire>> wires;
    std::vector<std::unique_ptr<recorder>> handlers;
    for (int i = 0; i < 400; ++i) {
        wires.push_back(std::make_unique<wire>());
        handlers.push_back(std::make_unique<recorder>());
        wires.back()->send("x");
        events.add(wires.back()->near, *handlers.back());
    }
    BOOST_TEST(until([&] {
        return std::all_of(handlers.begin(), handlers.end(),
                           [](const auto& one) { return one->readable == 1; });
    }));
}

BOOST_AUTO_TEST_SUITE_END()
