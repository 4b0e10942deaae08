#include "proxy/routing/command_table.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

using proxy::route;

namespace {

const shared::command_spec& spec_of(std::string_view name) {
    const auto* spec = shared::find_command(name);
    BOOST_TEST_REQUIRE(spec != nullptr);
    return *spec;
}

bool idempotent(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    const std::vector<std::string_view> views(words.begin(), words.end());
    return proxy::is_idempotent(spec_of(views[0]), views);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_table_test)

BOOST_AUTO_TEST_CASE(every_command_has_its_route) {
    const std::map<std::string_view, route> special{
        {"mget", route::split_values},     {"del", route::split_sum},
        {"exists", route::split_sum},      {"mset", route::split_ok},
        {"dbsize", route::everywhere_sum}, {"flushall", route::everywhere_ok},
        {"partner", route::refused},
    };
    for (const auto& spec : shared::all_commands()) {
        BOOST_TEST_CONTEXT(spec.name) {
            const auto found = special.find(spec.name);
            const auto usual = spec.has(shared::connection) ? route::locally : route::to_key;
            BOOST_TEST((proxy::route_of(spec) == (found != special.end() ? found->second : usual)));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_goes_to_its_key_has_exactly_one) {
    for (const auto& spec : shared::all_commands()) {
        if (proxy::route_of(spec) != route::to_key) continue;
        BOOST_TEST_CONTEXT(spec.name) {
            BOOST_TEST(int{spec.first_key} == 1);
            BOOST_TEST(int{spec.last_key} == 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_split_has_a_distance_between_its_keys) {
    for (const auto* name : {"mget", "del", "exists", "mset"}) {
        BOOST_TEST(int{spec_of(name).first_key} == 1);
        BOOST_TEST(int{spec_of(name).step} >= 1);
    }
}

BOOST_AUTO_TEST_CASE(reads_and_plain_writes_may_be_sent_twice) {
    for (const auto* line :
         {"GET k", "MGET a b", "EXISTS a", "TTL k", "SET k v", "SET k v EX 60", "SET k v KEEPTTL",
          "DEL a b", "MSET a 1 b 2", "EXPIRE k 10", "PERSIST k", "FLUSHALL", "DBSIZE"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(counting_may_not_be_sent_twice) {
    for (const auto* line : {"INCR k", "DECR k", "INCRBY k 5"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_write_with_a_condition_may_not_be_sent_twice) {
    for (const auto* line : {"SET k v NX", "SET k v xx", "SET k v EX 10 Get", "SET k v NX EX 10",
                             "EXPIRE k 10 NX", "EXPIRE k 10 gt", "EXPIRE k 10 LT"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(!idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_CASE(keys_and_values_that_look_like_conditions_are_none) {
    for (const auto* line : {"SET nx xx", "SET get get", "MGET nx xx get", "DEL nx get",
                             "MSET nx get xx lt", "EXPIRE nx 10", "GET get"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(idempotent(line));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
