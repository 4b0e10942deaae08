// Two partners, for the tests of what happens between them.
#pragma once

#include "tests/component/backend/replication/node.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/relay.hpp"

#include <functional>
#include <string>

namespace backend::test {

/// Two backends on one loop, each reaching the other over a relay.
struct pair_fixture {
    explicit pair_fixture(node_options left = {.name = "a1"}, node_options right = {.name = "a2"})
        : a(workers, left, support::free_endpoint()),
          b(workers, right, support::free_endpoint()),
          to_b(context, b.where()),
          to_a(context, a.where()) {}
    ~pair_fixture() {
        b.close();
        a.close();
        to_a.cut();
        to_b.cut();
    }

    bool until(const std::function<bool()>& predicate) {
        return support::run_until(context, predicate);
    }
    bool meet() {
        a.open(to_b.where());
        b.open(to_a.where());
        return both_synced();
    }
    bool both_synced() {
        return until([&] { return a.synced() && b.synced(); });
    }
    void cut() {
        to_a.cut();
        to_b.cut();
    }
    void mend() {
        to_a.mend();
        to_b.mend();
    }
    bool both_alone() {
        return until([&] {
            return !a.status().sending && !b.status().sending &&
                   a.status().receiving == sync_state::waiting &&
                   b.status().receiving == sync_state::waiting;
        });
    }
    bool both_have(const std::string& key, const std::string& value) {
        return until([&] { return a.get(key) == value && b.get(key) == value; });
    }

    shared::worker_pool workers{1};
    boost::asio::io_context& context = workers[0].context();
    node a;
    node b;
    support::relay to_b;
    support::relay to_a;
};

}  // namespace backend::test
