// A poller on a loop in the test's thread, connected descriptors for it, and what notes its calls.
#pragma once

#include "shared/net/poller.hpp"
#include "tests/support/loop.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace shared::test {

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

struct recorder final : io_handler {
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

struct noted_task final : turn_task {
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
    poller events{context};
    wire first;
    wire second;
    std::string log;
};

}  // namespace shared::test
