#include "tests/component/proxy/frontend/pool_fixture.hpp"

#include <algorithm>

using namespace proxy::test;
using proxy::policy_kind;

namespace {

constexpr std::size_t requests = 8;

/// Backends that answer nothing until they are told to, so that all requests are under way at once.
struct bounded_fixture : pool_fixture {
    explicit bounded_fixture(double max_load = 1.25)
        : pool_fixture(policy_kind::consistent_hash, max_load) {
        for (auto& one : backends) one->answer_with([](const words&) { return std::string(); });
    }

    std::size_t asked() const {
        std::size_t sum = 0;
        for (const auto& one : backends) sum += one->requests().size();
        return sum;
    }

    void send_many(const std::string& line) {
        auto& client = connect();
        for (std::size_t i = 0; i < requests; ++i) client.send(line);
        BOOST_TEST(until([&] { return asked() == requests; }));
    }
};

struct unbounded_fixture : bounded_fixture {
    unbounded_fixture() : bounded_fixture(0) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bounded_load_test, bounded_fixture)

BOOST_AUTO_TEST_CASE(reads_beyond_a_homes_share_go_to_its_partner) {
    send_many("GET " + key_of(0) + "\n");
    BOOST_TEST(backends[0]->requests().size() >= 3U);
    BOOST_TEST(backends[1]->requests().size() >= 3U);
    BOOST_TEST(backends[2]->requests().empty());
    BOOST_TEST(backends[3]->requests().empty());
    BOOST_TEST(counts[0].relieved.get() == backends[1]->requests().size());
    BOOST_TEST(counts[0].served_by_partner.get() == 0U);
}

BOOST_AUTO_TEST_CASE(reads_of_many_keys_too) {
    send_many("MGET " + key_of(0) + " " + key_of(0, 1) + "\n");
    BOOST_TEST(backends[1]->requests().size() >= 3U);
    BOOST_TEST(backends[0]->requests().size() >= 3U);
}

BOOST_AUTO_TEST_CASE(writes_stay_with_their_home) {
    send_many("SET " + key_of(0) + " v\n");
    BOOST_TEST(backends[0]->requests().size() == requests);
}

BOOST_FIXTURE_TEST_CASE(without_a_bound_reads_stay_too, unbounded_fixture) {
    send_many("GET " + key_of(0) + "\n");
    BOOST_TEST(backends[0]->requests().size() == requests);
}

BOOST_AUTO_TEST_CASE(a_read_at_the_partner_whose_connection_breaks_goes_back_to_the_home) {
    auto& client = connect();
    client.send("GET " + key_of(0) + "\nGET " + key_of(0) + "\n");
    BOOST_TEST(until([&] { return backends[1]->requests().size() == 1; }));
    backends[0]->answer_with([](const words&) { return "$1\r\nv\r\n"; });
    backends[1]->reset_connections();
    BOOST_TEST(until([&] { return backends[0]->requests().size() == 2; }));
    backends[0]->send("$1\r\nv\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
