#include "proxy/policy/factory.hpp"

#include "proxy/policy/consistent_hash.hpp"
#include "proxy/policy/least_connections.hpp"
#include "proxy/policy/maglev.hpp"
#include "proxy/policy/round_robin.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <stdexcept>
#include <vector>

using proxy::policy_kind;

namespace {

const std::array<proxy::weighted_backend, 2> backends{{{"a", 1}, {"b", 1}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(factory_test)

BOOST_AUTO_TEST_CASE(names_and_kinds_match_both_ways) {
    BOOST_TEST((proxy::policy_kind_from("consistent-hash") == policy_kind::consistent_hash));
    BOOST_TEST((proxy::policy_kind_from("round-robin") == policy_kind::round_robin));
    BOOST_TEST((proxy::policy_kind_from("least-connections") == policy_kind::least_connections));
    BOOST_TEST(proxy::name_of(policy_kind::consistent_hash) == "consistent-hash");
    BOOST_TEST(proxy::name_of(policy_kind::round_robin) == "round-robin");
    BOOST_TEST(proxy::name_of(policy_kind::least_connections) == "least-connections");
}

BOOST_AUTO_TEST_CASE(a_name_must_be_exact) {
    for (const auto name : {"", "round_robin", "Round-Robin", "least-conn", "consistent-hash "}) {
        BOOST_TEST_CONTEXT("name " << name) {
            BOOST_TEST(!proxy::policy_kind_from(name).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(every_kind_makes_its_policy) {
    const auto table = std::make_shared<const proxy::maglev>(backends);
    const auto hashed = proxy::make_policy(policy_kind::consistent_hash, table, 2);
    const auto turns = proxy::make_policy(policy_kind::round_robin, nullptr, 2);
    const auto least = proxy::make_policy(policy_kind::least_connections, nullptr, 2);
    BOOST_TEST(dynamic_cast<proxy::consistent_hash*>(hashed.get()) != nullptr);
    BOOST_TEST(dynamic_cast<proxy::round_robin*>(turns.get()) != nullptr);
    BOOST_TEST(dynamic_cast<proxy::least_connections*>(least.get()) != nullptr);
}

BOOST_AUTO_TEST_CASE(a_policy_is_made_for_the_number_of_backends) {
    const auto turns = proxy::make_policy(policy_kind::round_robin, nullptr, 3);
    const std::vector<proxy::candidate> candidates(3,
                                                   {.usable = true, .in_flight = 0, .weight = 1});
    for (const std::size_t expected : {0U, 1U, 2U, 0U})
        BOOST_TEST(turns->pick(0, candidates) == expected);
}

BOOST_AUTO_TEST_CASE(consistent_hash_needs_a_table) {
    BOOST_CHECK_THROW(proxy::make_policy(policy_kind::consistent_hash, nullptr, 2),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
