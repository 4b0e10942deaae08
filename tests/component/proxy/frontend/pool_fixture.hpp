// A pool of fake backends with a little memory each, a dispatcher and clients, all on one loop in
// the test's thread.
#pragma once

#include "proxy/frontend/dispatcher.hpp"
#include "proxy/frontend/proxy_info.hpp"
#include "shared/resp/encoder.hpp"
#include "tests/component/proxy/frontend/usual_facts.hpp"
#include "tests/support/fake_backend.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace proxy::test {

using std::chrono::milliseconds;
using support::fake_backend;
using support::peer;
using support::words;

/// What a fake backend keeps, and how it answers.
struct memory {
    std::map<std::string, std::string> values;

    std::string answer(const words& request) {
        std::string out;
        const auto& name = request[0];
        if (name == "GET") {
            append_value(out, request[1]);
        } else if (name == "SET") {
            values[request[1]] = request[2];
            out = "+OK\r\n";
        } else if (name == "MGET") {
            shared::append_array_header(out, request.size() - 1);
            for (std::size_t i = 1; i < request.size(); ++i) append_value(out, request[i]);
        } else if (name == "MSET") {
            for (std::size_t i = 1; i < request.size(); i += 2) values[request[i]] = request[i + 1];
            out = "+OK\r\n";
        } else if (name == "DEL" || name == "EXISTS") {
            std::size_t count = 0;
            for (std::size_t i = 1; i < request.size(); ++i) {
                count += name == "DEL" ? values.erase(request[i]) : values.count(request[i]);
            }
            shared::append_integer(out, static_cast<std::int64_t>(count));
        } else if (name == "DBSIZE") {
            shared::append_integer(out, static_cast<std::int64_t>(values.size()));
        } else if (name == "FLUSHALL") {
            values.clear();
            out = "+OK\r\n";
        } else if (name == "INCR") {
            shared::append_integer(out, std::stoll(values[request[1]] = std::to_string(
                                                       std::stoll("0" + values[request[1]]) + 1)));
        } else {
            out = "-ERR what is " + name + "\r\n";
        }
        return out;
    }

  private:
    void append_value(std::string& out, const std::string& key) const {
        const auto found = values.find(key);
        if (found == values.end()) return shared::append_null(out, shared::protocol::resp2);
        shared::append_bulk(out, found->second);
    }
};

/// Backends a1, a2, b1, b2; a1 with a2 and b1 with b2 are partners. The fake ones do not exchange
/// their data: what a key answers shows who was asked.
struct pool_fixture {
    explicit pool_fixture(policy_kind kind = policy_kind::consistent_hash, double max_load = 0,
                          milliseconds slow_start = milliseconds(0))
        : board({"a1", "a2", "b1", "b2"}, 3, 1, slow_start),
          facts(make_facts(kind, max_load)),
          info(facts, counts, 7379) {
        for (std::size_t i = 0; i < 4; ++i) board.on_probe(i, probe_outcome::ready);
        between = std::make_unique<dispatcher>(owner, facts, counts.front());
        between->start();
    }

    /// A dispatcher that has what was changed in `facts`. Requires: no clients yet.
    void renew_dispatcher() {
        between = std::make_unique<dispatcher>(owner, facts, counts.front());
        between->start();
    }

    /// A new client of the proxy.
    peer& connect() {
        support::connected_pair ends(owner.context());
        between->clients().emplace(owner, std::move(ends.server), *between, info,
                                   clients.size() + 1);
        clients.push_back(std::make_unique<peer>(std::move(ends.client)));
        return *clients.back();
    }

    bool until(const std::function<bool()>& predicate) {
        return support::run_until(owner.context(), predicate);
    }
    void settle() { support::run_dry(owner.context()); }

    /// What the client gets for `request`; so many bytes at least as `expected` has are waited for.
    bool gives(peer& client, const std::string& request, const std::string& expected) {
        client.forget_received();
        client.send(request);
        until([&] { return client.received().size() >= expected.size() || client.closed(); });
        BOOST_TEST(client.received() == expected);
        return client.received() == expected;
    }

    /// Sends and waits for one whole line.
    std::string line(peer& client, const std::string& request) {
        client.forget_received();
        client.send(request);
        until([&] { return client.received().ends_with("\r\n") || client.closed(); });
        return client.received();
    }

    /// The key with that number of those whose home is `backend`.
    std::string key_of(std::size_t backend, int number = 0) const {
        for (int i = 0;; ++i) {
            std::string key = "key" + std::to_string(i);
            if (facts.placement->home(facts.hash(key)) == backend && number-- == 0) return key;
        }
    }

    void take_down(std::size_t backend) {
        backends[backend]->die();
        board.on_refused(backend);
        tick();
    }

    /// Runs until the dispatcher has looked at the board once more: it does every 10 ms, and timers
    /// of one loop run in the order of their times.
    void tick() {
        bool over = false;
        boost::asio::steady_timer timer(owner.context(), milliseconds(11));
        timer.async_wait([&](boost::system::error_code) { over = true; });
        until([&] { return over; });
    }

    pool_facts make_facts(policy_kind kind, double max_load) {
        std::vector<pool_backend> list;
        const std::vector<std::string> names{"a1", "a2", "b1", "b2"};
        for (std::size_t i = 0; i < 4; ++i) {
            backends.push_back(std::make_unique<fake_backend>(
                owner.context(),
                [this, i](const words& request) { return stores[i].answer(request); }));
            list.push_back({names[i], backends[i]->where(), 1});
        }
        auto made = usual_facts(std::move(list), {1, 0, 3, 2}, board, kind);
        made.max_load = max_load;
        return made;
    }

    shared::worker owner{0};
    std::deque<memory> stores{4};
    std::vector<std::unique_ptr<fake_backend>> backends;
    health_board board;
    pool_facts facts;
    std::deque<counters> counts{1};
    proxy_info info;
    std::unique_ptr<dispatcher> between;
    std::vector<std::unique_ptr<peer>> clients;
};

}  // namespace proxy::test
