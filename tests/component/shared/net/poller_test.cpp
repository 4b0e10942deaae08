#include "tests/component/shared/net/poller_fixture.hpp"

#include <algorithm>
#include <memory>
#include <vector>

using namespace shared::test;
using shared::turn_phase;

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

BOOST_AUTO_TEST_CASE(a_buried_handler_lives_until_the_turn_is_over) {
    struct mortal final : shared::io_handler {
        explicit mortal(std::string& log) : log_(log) {}
        ~mortal() override { log_ += 'x'; }
        void on_io(shared::io_events) override {}
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
