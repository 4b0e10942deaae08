#include "proxy/policy/layout.hpp"

#include "proxy/policy/ketama.hpp"
#include "proxy/policy/maglev.hpp"
#include "proxy/policy/rendezvous.hpp"
#include "proxy/policy/ring.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <vector>

using proxy::layout_kind;

namespace {

const std::array<proxy::weighted_backend, 3> backends{{{"a", 1}, {"b", 2}, {"c", 0}}};

template <typename Layout>
bool makes(layout_kind kind) {
    return dynamic_cast<const Layout*>(proxy::make_placement(kind, backends).get()) != nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layout_test)

BOOST_AUTO_TEST_CASE(names_and_kinds_match_both_ways) {
    for (const auto name : {"rendezvous", "maglev", "ketama", "ring"}) {
        const auto kind = proxy::layout_kind_from(name);
        BOOST_TEST_REQUIRE(kind.has_value());
        BOOST_TEST(proxy::name_of(*kind) == name);
    }
    for (const auto name : {"", "Ring", "ketama ", "consistent"})
        BOOST_TEST(!proxy::layout_kind_from(name).has_value());
}

BOOST_AUTO_TEST_CASE(every_kind_makes_its_placement) {
    BOOST_TEST(makes<proxy::rendezvous>(layout_kind::rendezvous));
    BOOST_TEST(makes<proxy::maglev>(layout_kind::maglev));
    BOOST_TEST(makes<proxy::ketama>(layout_kind::ketama));
    BOOST_TEST(makes<proxy::ring>(layout_kind::ring));
}

BOOST_AUTO_TEST_CASE(a_home_is_a_backend_with_weight_and_its_place_is_one_of_the_places) {
    for (const auto kind :
         {layout_kind::rendezvous, layout_kind::maglev, layout_kind::ketama, layout_kind::ring}) {
        const auto homes = proxy::make_placement(kind, backends);
        std::array<std::size_t, 3> counts{};
        for (std::uint64_t i = 0; i < 3'000; ++i) {
            const std::uint64_t hash = i * 0x9E3779B97F4A7C15;
            ++counts.at(homes->home(hash));
            BOOST_TEST_REQUIRE(homes->place(hash) < homes->places());
        }
        BOOST_TEST_CONTEXT(proxy::name_of(kind)) {
            BOOST_TEST(counts[0] > 700U);
            BOOST_TEST(counts[1] > 1'700U);
            BOOST_TEST(counts[2] == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(many_homes_at_once_are_those_of_each_hash) {
    std::vector<std::uint64_t> hashes;
    for (std::uint64_t i = 0; i < 1'000; ++i) hashes.push_back(i * 0xD1B54A32D192ED03);
    std::vector<std::string> names(300);  // beyond a byte's range
    std::vector<proxy::weighted_backend> many;
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = "backend" + std::to_string(i);
        many.push_back({names[i], 1});
    }
    for (const auto kind :
         {layout_kind::rendezvous, layout_kind::maglev, layout_kind::ketama, layout_kind::ring}) {
        for (const auto& pool : {std::vector(backends.begin(), backends.end()), many}) {
            const auto one = proxy::make_placement(kind, pool);
            std::vector<std::size_t> expected;
            for (const auto hash : hashes) expected.push_back(one->home(hash));
            std::vector<std::size_t> homes(hashes.size(), pool.size());
            one->find_homes(hashes, homes);
            BOOST_TEST(homes == expected, proxy::name_of(kind));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
