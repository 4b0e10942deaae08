// Two backends with two workers each, in threads of their own, while clients of both write. Meant
// for the thread sanitizer.
#include "tests/component/backend/replication/node.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace backend;
using namespace backend::test;

namespace {

struct running_node {
    running_node(const std::string& name, const endpoint& where)
        : workers(2), self(workers, {.name = name}, where) {}

    void run(const endpoint& partner) {
        self.open(partner);
        thread = std::thread([this] { workers.run(); });
    }
    ~running_node() {
        workers.stop();
        if (thread.joinable()) thread.join();
    }

    shared::worker_pool workers;
    node self;
    std::thread thread;
};

struct threads_fixture {
    bool until(const std::function<bool()>& predicate) {
        return support::run_until(waiting, predicate, std::chrono::seconds(60));
    }
    boost::asio::io_context waiting;
    endpoint where_a = support::free_endpoint();
    endpoint where_b = support::free_endpoint();
    running_node a{"a1", where_a};
    running_node b{"a2", where_b};
};

std::string key_of(int writer, int number) {
    return std::to_string(writer) + ":" + std::to_string(number);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(partner_threads_test, threads_fixture)

BOOST_AUTO_TEST_CASE(writers_on_both_sides_end_with_the_same_data_on_both) {
    a.run(where_b);
    b.run(where_a);
    constexpr int each = 3000;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer) {
        writers.emplace_back([&, writer] {
            auto& mine = writer % 2 == 0 ? a.self : b.self;
            for (int i = 0; i < each; ++i) {
                mine.set(key_of(writer, i), "v");
                mine.set("contested" + std::to_string(i % 50),
                         std::to_string(writer) + "/" + std::to_string(i));
                if (i % 7 == 0) mine.erase(key_of(writer, i));
            }
        });
    }
    for (auto& one : writers) one.join();
    BOOST_TEST(until([&] { return a.self.synced() && b.self.synced(); }));
    const auto same = [&](const std::string& key) { return a.self.get(key) == b.self.get(key); };
    BOOST_TEST(until([&] {
        for (int i = 0; i < 50; ++i) {
            if (!same("contested" + std::to_string(i))) return false;
        }
        for (int writer = 0; writer < 4; ++writer) {
            for (int i = each - 20; i < each; ++i) {
                if (!same(key_of(writer, i))) return false;
            }
        }
        return true;
    }));
    for (int writer = 0; writer < 4; ++writer) {
        for (int i = 0; i < each; ++i) BOOST_TEST_REQUIRE(same(key_of(writer, i)));
    }
    BOOST_TEST(a.self.data.size() == b.self.data.size());
}

BOOST_AUTO_TEST_CASE(clients_of_both_workers_are_served_while_the_partners_exchange) {
    for (int i = 0; i < 2000; ++i) a.self.set(key_of(99, i), std::string(1000, 'x'));
    a.run(where_b);
    b.run(where_a);
    std::vector<std::unique_ptr<support::peer>> clients;
    for (int i = 0; i < 16; ++i) {
        clients.push_back(std::make_unique<support::peer>(waiting, where_a));
        for (int n = 0; n < 200; ++n) {
            clients.back()->send("SET " + key_of(i, n) + " v\nGET " + key_of(i, n) +
                                 "\nINFO replication\n");
        }
        clients.back()->send("QUIT\n");
    }
    BOOST_TEST(until([&] {
        bool all = true;
        for (auto& one : clients) all = one->closed() && all;
        return all;
    }));
    BOOST_TEST(until([&] { return b.self.data.size() == 2000U + 16U * 200U; }));
    BOOST_TEST(until([&] { return a.self.synced() && b.self.synced(); }));
}

BOOST_AUTO_TEST_SUITE_END()
