// That homes are twemproxy's is shown against twemproxy itself, in tests/e2e/twemproxy_test.py.
#include "proxy/policy/ketama.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

using proxy::ketama;
using proxy::weighted_backend;
using list = std::vector<weighted_backend>;

namespace {

std::vector<std::string> numbered(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("server" + std::to_string(i));
    return names;
}

list list_of(const std::vector<std::string>& names) {
    list out;
    for (const auto& name : names) out.push_back({name, 1});
    return out;
}

std::size_t points_of(const ketama& circle, std::size_t backend) {
    return static_cast<std::size_t>(
        std::ranges::count(circle.points(), backend, &ketama::point::owner));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ketama_test)

// Single precision: 1/25 * 40 * 25 is a little less than 40, 1/47 * 40 * 47 too.
BOOST_AUTO_TEST_CASE(some_pools_of_equals_have_four_points_less_each) {
    for (const auto& [count, points] :
         {std::pair{2U, 160U}, {10U, 160U}, {25U, 156U}, {47U, 156U}}) {
        const auto names = numbered(count);
        const ketama circle(list_of(names));
        BOOST_TEST_CONTEXT(count << " backends") {
            for (std::size_t i = 0; i < count; ++i) BOOST_TEST(points_of(circle, i) == points);
        }
    }
}

BOOST_AUTO_TEST_CASE(points_follow_the_weights_in_steps_of_four) {
    const ketama circle(list{{"a", 1}, {"b", 2}, {"c", 4}, {"gone", 0}});
    BOOST_TEST(points_of(circle, 0) == 68U);  // floor(1/7 * 40 * 3) * 4
    BOOST_TEST(points_of(circle, 1) == 136U);
    BOOST_TEST(points_of(circle, 2) == 272U);
    BOOST_TEST(points_of(circle, 3) == 0U);
}

// md5("a-0") is a165efd196e17ba195ad4dc50028b39a (md5sum).
BOOST_AUTO_TEST_CASE(points_are_the_little_endian_words_of_the_digests) {
    const ketama circle(list{{"a", 1}});
    BOOST_TEST(circle.places() == 160U);
    BOOST_TEST(std::ranges::is_sorted(circle.points(), {}, &ketama::point::at));
    for (const std::uint32_t word : {0xD1EF65A1U, 0xA17BE196U, 0xC54DAD95U, 0x9AB32800U})
        BOOST_TEST(std::ranges::count(circle.points(), word, &ketama::point::at) == 1);
}

BOOST_AUTO_TEST_CASE(a_hash_belongs_to_the_first_point_from_it_on_and_past_the_last_to_the_first) {
    const ketama circle(list{{"a", 1}, {"b", 1}});
    const auto points = circle.points();
    BOOST_TEST(circle.place(points[5].at) == 5U);
    BOOST_TEST(circle.place(std::uint64_t{points[5].at} + 1) == 6U);
    BOOST_TEST(circle.place(0) == 0U);
    BOOST_TEST(circle.place(std::uint64_t{points.back().at} + 1) == 0U);
    BOOST_TEST(circle.home(points[5].at) == points[5].owner);
}

BOOST_AUTO_TEST_CASE(the_low_half_of_a_hash_decides) {
    const ketama circle(list{{"a", 1}, {"b", 1}});
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const std::uint64_t low = i * 4'294'967;
        BOOST_TEST_REQUIRE(circle.home(low | 0xABCD'EF01'0000'0000) == circle.home(low));
    }
}

BOOST_AUTO_TEST_CASE(wrong_sets_of_backends_are_refused) {
    BOOST_CHECK_THROW(ketama(list{}), std::invalid_argument);
    BOOST_CHECK_THROW(ketama(list{{"a", 1}, {"a", 1}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
