#include "proxy/policy/consistent_hash.hpp"

#include "proxy/policy/maglev.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <vector>

namespace {

const std::array<proxy::weighted_backend, 3> backends{{{"a", 1}, {"b", 1}, {"c", 1}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(consistent_hash_test)

BOOST_AUTO_TEST_CASE(the_pick_is_the_home_in_the_table) {
    const auto table = std::make_shared<const proxy::maglev>(backends);
    proxy::consistent_hash policy(table);
    const std::vector<proxy::candidate> candidates(3,
                                                   {.usable = true, .in_flight = 0, .weight = 1});
    BOOST_TEST(policy.shards());
    for (std::uint64_t hash = 0; hash < 10'000; ++hash)
        BOOST_TEST_REQUIRE(policy.pick(hash, candidates) == table->home(hash));
}

BOOST_AUTO_TEST_CASE(a_home_does_not_depend_on_health_or_load) {
    proxy::consistent_hash policy(std::make_shared<const proxy::maglev>(backends));
    const std::vector<proxy::candidate> well(3, {.usable = true, .in_flight = 0, .weight = 1});
    const std::vector<proxy::candidate> down(3, {.usable = false, .in_flight = 99, .weight = 0});
    for (std::uint64_t hash = 0; hash < 10'000; ++hash)
        BOOST_TEST_REQUIRE(policy.pick(hash, well) == policy.pick(hash, down));
}

BOOST_AUTO_TEST_CASE(workers_that_share_a_table_agree) {
    const auto table = std::make_shared<const proxy::maglev>(backends);
    proxy::consistent_hash one(table);
    proxy::consistent_hash other(table);
    for (std::uint64_t hash = 0; hash < 10'000; ++hash)
        BOOST_TEST_REQUIRE(one.pick(hash, {}) == other.pick(hash, {}));
}

BOOST_AUTO_TEST_SUITE_END()
