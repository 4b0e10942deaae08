// When a backend that leaves requests unanswered is taken for silent. The clock is the tests' own.
#include "tests/component/proxy/upstream/connection_fixture.hpp"

using namespace proxy::test;

namespace {

struct silence_fixture : connection_fixture {
    silence_fixture() {
        backend.answer_with([](const support::words&) { return ""; });
        connect_to(backend.where(), 5).ensure_connected(now);
        until([&] { return backend.connected() == 1; });
        settle();
        link->tick(now);
    }

    /// What has happened on the sockets until now is seen; then the clock goes on.
    void pass(milliseconds time) {
        settle();
        for (const auto end = now + time; now < end;) link->tick(now += milliseconds(10));
    }
    void ask_many(int count) {
        for (int i = 0; i < count; ++i) ask({"GET", "k"});
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(connection_silence_test, silence_fixture)

BOOST_AUTO_TEST_CASE(many_time_outs_at_once_with_nothing_moving_are_silence_at_once) {
    ask_many(6);
    pass(milliseconds(990));
    BOOST_TEST(sink.silent.empty());
    pass(milliseconds(10));
    BOOST_TEST(sink.silent == std::vector<std::size_t>{7});
    BOOST_TEST(until([&] { return backend.connected() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_backend_that_answers_steadily_but_late_is_not_silent) {
    ask_many(2);
    pass(milliseconds(400));
    backend.send("$-1\r\n");
    for (int i = 0; i < 30; ++i) {
        ask_many(5);  // which time out together
        pass(milliseconds(50));
        if (i == 5) backend.send("$-1\r\n");
        // From now on those of 1.05 s before are answered.
        for (int reply = 0; i >= 10 && reply < 5; ++reply) backend.send("$-1\r\n");
        pass(milliseconds(50));
    }
    BOOST_TEST(sink.ends.size() == 2U + 21 * 5);
    BOOST_TEST(sink.silent.empty());
    pass(milliseconds(940));  // nothing comes any more
    BOOST_TEST(sink.silent.empty());
    pass(milliseconds(10));
    BOOST_TEST(sink.silent == std::vector<std::size_t>{7});
}

BOOST_AUTO_TEST_CASE(a_backend_that_is_still_taking_a_large_request_is_not_silent) {
    backend.stop_reading();
    ask({"SET", "k", std::string(32UL * 1024 * 1024, 'v')});
    ask_many(5);
    pass(milliseconds(900));
    backend.go_on_reading();
    pass(milliseconds(100));
    BOOST_TEST(sink.ends.size() == 6U);
    BOOST_TEST(backend.requests().size() == 6U);
    BOOST_TEST(sink.silent.empty());
    pass(milliseconds(890));
    BOOST_TEST(sink.silent.empty());
    pass(milliseconds(10));
    BOOST_TEST(sink.silent == std::vector<std::size_t>{7});
}

BOOST_AUTO_TEST_CASE(what_the_kernel_of_a_suspended_backend_takes_is_no_sign_of_life) {
    backend.stop_reading();
    ask_many(5);
    for (int i = 0; i < 9; ++i) {
        pass(milliseconds(100));
        ask({"SET", "k", std::string(1024, 'v')});
    }
    BOOST_TEST(sink.silent.empty());
    pass(milliseconds(100));
    BOOST_TEST(sink.silent == std::vector<std::size_t>{7});
}

BOOST_AUTO_TEST_SUITE_END()
