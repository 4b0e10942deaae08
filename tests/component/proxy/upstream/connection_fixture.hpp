// A connection to a fake backend and a sink that records how its requests end, on a loop in the
// test's thread.
#pragma once

#include "proxy/upstream/connection.hpp"
#include "shared/resp/encoder.hpp"
#include "tests/support/fake_backend.hpp"
#include "tests/support/loop.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace proxy::test {

using std::chrono::milliseconds;
using support::fake_backend;

struct end_of_request {
    std::uint64_t request;
    std::string reply;  // if there was one
    std::optional<failure> failed;
    std::string bytes;  // of the request, if it failed
};

struct recording_sink final : proxy::reply_sink {
    void on_reply(const ticket& whose, std::string_view reply) override {
        ends.push_back({whose.request, std::string(reply), {}, {}});
    }
    void on_failure(const ticket& whose, std::string_view request, failure what) override {
        ends.push_back({whose.request, {}, what, std::string(request)});
        if (then) then(whose);
    }
    void on_unreachable(std::size_t backend) override { unreachable.push_back(backend); }
    bool on_silent(std::size_t backend) override {
        silent.push_back(backend);
        return true;
    }
    proxy::large_choice on_large(proxy::connection&, const ticket&, std::size_t at_least) override {
        asked.push_back(at_least);
        return choice;
    }
    bool on_piece(proxy::connection&, const ticket& whose,
                  const shared::reply_piece& piece) override {
        passed_on += piece.bytes;
        if (piece.ends_reply) ends.push_back({whose.request, "passed on", {}, {}});
        return goes_on;
    }

    proxy::large_choice choice = proxy::large_choice::hold;
    bool goes_on = true;
    std::vector<std::size_t> asked;  // sizes of large replies
    std::string passed_on;
    std::vector<end_of_request> ends;
    std::vector<std::size_t> unreachable, silent;
    std::function<void(const ticket&)> then;
};

struct connection_fixture {
    proxy::connection& connect_to(const boost::asio::ip::tcp::endpoint& where,
                                  unsigned most_timeouts = 0) {
        const proxy::connection_settings settings{.backend = 7,
                                                  .where = where,
                                                  .connect_timeout = milliseconds(200),
                                                  .request_timeout = milliseconds(1000),
                                                  .limits = {.value = 64UL * 1024 * 1024},
                                                  .most_timeouts = most_timeouts};
        return link.emplace(owner, settings, sink);
    }

    /// Sends a request with the next number; `now` is the time of the tests' own clock.
    void ask(const std::vector<std::string_view>& words) {
        shared::append_request(link->begin(), words);
        link->commit({.client = {1, 1}, .request = next++}, now);
    }
    bool until(const std::function<bool()>& predicate) {
        return support::run_until(owner.context(), predicate);
    }
    bool ended(std::size_t count) {
        return until([&] { return sink.ends.size() >= count; });
    }
    bool arrived(std::size_t count) {
        return until([&] { return backend.requests().size() >= count; });
    }
    void settle() { support::run_dry(owner.context()); }
    bool failed(std::size_t which, failure what) { return sink.ends.at(which).failed == what; }

    shared::worker owner{0};
    fake_backend backend{owner.context()};
    recording_sink sink;
    std::optional<proxy::connection> link;
    shared::steady_time now = shared::steady_now();
    std::uint64_t next = 0;
};

}  // namespace proxy::test
