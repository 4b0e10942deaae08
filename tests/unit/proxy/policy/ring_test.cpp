#include "proxy/policy/ring.hpp"

#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using proxy::ring;
using proxy::weighted_backend;
using list = std::vector<weighted_backend>;

namespace {

constexpr std::size_t keys = 100'000;

std::vector<std::string_view> homes_of(const list& backends) {
    const ring circle(backends);
    std::vector<std::string_view> homes;
    for (std::size_t i = 0; i < keys; ++i)
        homes.push_back(backends.at(circle.home(shared::xxh3("key:" + std::to_string(i)))).name);
    return homes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ring_test)

BOOST_AUTO_TEST_CASE(a_backend_has_160_points_for_each_unit_of_weight) {
    BOOST_TEST(ring(list{{"a", 1}, {"b", 3}, {"c", 0}}).places() == 640U);
}

BOOST_AUTO_TEST_CASE(a_hash_belongs_to_the_next_point_and_past_the_last_to_the_first) {
    constexpr std::uint64_t unspread = 0xF1DE83E19937733D;
    const ring circle(list{{"a", 1}, {"b", 1}});
    const auto point = shared::xxh3("a-7");
    const auto place = circle.place(point * unspread);
    BOOST_TEST(circle.home(point * unspread) == 0U);
    BOOST_TEST(circle.place((point - 1) * unspread) == place);
    BOOST_TEST(circle.place((point + 1) * unspread) == (place + 1) % circle.places());
    BOOST_TEST(circle.place(~std::uint64_t{0} * unspread) == 0U);
}

BOOST_AUTO_TEST_CASE(removing_one_backend_moves_its_keys_and_no_other) {
    const auto before = homes_of({{"a", 1}, {"b", 2}, {"c", 1}, {"d", 1}});
    const auto after = homes_of({{"a", 1}, {"c", 1}, {"d", 1}});
    for (std::size_t i = 0; i < keys; ++i) {
        if (before[i] != "b") BOOST_TEST_REQUIRE(before[i] == after[i]);
    }
}

BOOST_AUTO_TEST_CASE(the_order_in_the_configuration_does_not_matter) {
    BOOST_TEST(
        (homes_of({{"a", 1}, {"b", 2}, {"c", 1}}) == homes_of({{"c", 1}, {"a", 1}, {"b", 2}})));
}

BOOST_AUTO_TEST_CASE(shares_follow_the_weights_roughly) {
    std::size_t heavy = 0;
    for (const auto home : homes_of({{"a", 1}, {"b", 3}})) heavy += home == "b" ? 1U : 0U;
    BOOST_TEST(heavy > keys * 65 / 100);
    BOOST_TEST(heavy < keys * 85 / 100);
}

BOOST_AUTO_TEST_CASE(too_many_points_are_refused) {
    BOOST_CHECK_THROW(ring(list{{"a", 26'214}, {"b", 1}}), std::invalid_argument);
    BOOST_CHECK_THROW(ring(list{}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
