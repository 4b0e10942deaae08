#include "proxy/health/prober.hpp"

#include "tests/support/fake_backend.hpp"
#include "tests/support/loop.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <vector>

using proxy::probe_outcome;
using std::chrono::milliseconds;
using support::fake_backend;

namespace {

bool ports_are_short = false;

}  // namespace

/// In place of the C library's, for the whole program: a machine out of ports.
extern "C" int connect(int descriptor, const sockaddr* where, socklen_t size) {
    if (!ports_are_short) return static_cast<int>(syscall(SYS_connect, descriptor, where, size));
    errno = EADDRNOTAVAIL;
    return -1;
}

namespace {

struct prober_fixture {
    void probe(const boost::asio::ip::tcp::endpoint& where,
               const proxy::probe_schedule& schedule = {milliseconds(20), milliseconds(200)}) {
        asking.emplace(context, where, schedule,
                       [this](probe_outcome outcome) { outcomes.push_back(outcome); });
        asking->start();
    }
    bool until(const std::function<bool()>& predicate) {
        return support::run_until(context, predicate);
    }

    /// Probes come to an end, and all of them with this outcome.
    bool gives(probe_outcome expected, std::size_t probes = 3) {
        outcomes.clear();
        if (!until([&] { return outcomes.size() >= probes; })) return false;
        return std::all_of(outcomes.begin(), outcomes.end(),
                           [&](auto one) { return one == expected; });
    }
    void answer(const std::string& text) {
        backend.answer_with([text](const support::words&) { return text; });
    }

    boost::asio::io_context context;
    fake_backend backend{context, "+PONG\r\n"};
    std::vector<probe_outcome> outcomes;
    std::optional<proxy::prober> asking;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prober_test, prober_fixture)

BOOST_AUTO_TEST_CASE(pong_is_well_and_the_connection_stays) {
    probe(backend.where());
    BOOST_TEST(gives(probe_outcome::ready, 5));
    BOOST_TEST(backend.accepted() == 1U);
    BOOST_TEST((backend.requests().front() == support::words{"PING"}));
}

BOOST_AUTO_TEST_CASE(loading_is_alive_but_not_ready) {
    answer("-LOADING a1 is catching up with its partner\r\n");
    probe(backend.where());
    BOOST_TEST(gives(probe_outcome::catching_up));
    answer("+PONG\r\n");
    BOOST_TEST(until([&] { return outcomes.back() == probe_outcome::ready; }));
    BOOST_TEST(backend.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_a_failure) {
    probe(support::free_endpoint());
    BOOST_TEST(gives(probe_outcome::failed));
}

BOOST_AUTO_TEST_CASE(a_shortage_of_our_own_says_nothing_of_the_backend_then_or_afterwards) {
    ports_are_short = true;
    probe(backend.where());
    support::run_dry(context, milliseconds(100));
    ports_are_short = false;
    BOOST_TEST(outcomes.empty());
    BOOST_TEST_REQUIRE(until([&] { return outcomes.size() >= 3; }));
    BOOST_TEST((outcomes.front() == probe_outcome::ready));
    BOOST_TEST(backend.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(silence_is_a_failure_when_the_time_is_over) {
    answer("");
    const auto begun = std::chrono::steady_clock::now();
    probe(backend.where());
    BOOST_TEST(gives(probe_outcome::failed, 1));
    BOOST_TEST((std::chrono::steady_clock::now() - begun >= milliseconds(200)));
}

BOOST_AUTO_TEST_CASE(after_a_failure_the_next_probes_come_at_once_until_they_are_enough) {
    answer("");
    const auto begun = std::chrono::steady_clock::now();
    probe(backend.where(), {milliseconds(600), milliseconds(30), 3});
    BOOST_TEST(gives(probe_outcome::failed, 3));
    BOOST_TEST((std::chrono::steady_clock::now() - begun < milliseconds(500)));
    support::run_dry(context, milliseconds(200));
    BOOST_TEST(outcomes.size() == 3U);  // the fourth has to wait for the interval
}

BOOST_AUTO_TEST_CASE(after_silence_a_new_connection_is_made_and_a_late_answer_confuses_nobody) {
    answer("");
    probe(backend.where());
    BOOST_TEST(gives(probe_outcome::failed, 1));
    backend.send("+PONG\r\n");
    answer("-LOADING\r\n");
    BOOST_TEST(gives(probe_outcome::catching_up));
    BOOST_TEST(backend.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(all_other_answers_are_failures) {
    for (const std::string text :
         {"+OK\r\n", "-ERR unknown command\r\n", "-NOAUTH Authentication required.\r\n",
          "HTTP/1.1 400 Bad Request\r\n", "+PONG\r\n+PONG\r\n", "\r\n"}) {
        BOOST_TEST_CONTEXT(text) {
            answer(text);
            probe(backend.where());
            BOOST_TEST(gives(probe_outcome::failed, 2));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_endless_answer_is_a_failure_before_the_time_is_over) {
    answer(std::string(4096, 'x'));
    probe(backend.where());
    BOOST_TEST(gives(probe_outcome::failed, 1));
}

BOOST_AUTO_TEST_CASE(an_answer_in_pieces_is_read_whole) {
    answer("");
    probe(backend.where());
    BOOST_TEST_REQUIRE(until([&] { return backend.requests().size() == 1; }));
    backend.send("+PO");
    support::run_dry(context, milliseconds(1));
    answer("+PONG\r\n");
    backend.send("NG\r\n");
    BOOST_TEST(gives(probe_outcome::ready));
}

BOOST_AUTO_TEST_CASE(a_backend_that_dies_and_comes_back_is_noticed_both_times) {
    probe(backend.where());
    BOOST_TEST(gives(probe_outcome::ready));
    backend.die();
    BOOST_TEST(gives(probe_outcome::failed));
    backend.revive();
    BOOST_TEST(until([&] { return outcomes.back() == probe_outcome::ready; }));
}

BOOST_AUTO_TEST_SUITE_END()
