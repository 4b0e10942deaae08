#include "backend/store/expiry_cells.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <vector>

using backend::expiry_cells;
using tick = expiry_cells::tick;

namespace {

constexpr std::size_t chunks = 3;
constexpr std::size_t number = chunks * expiry_cells::chunk_size;

expiry_cells made_cells() {
    expiry_cells cells;
    BOOST_REQUIRE(cells.resize(chunks));
    for (std::size_t i = 0; i < chunks; ++i) {
        BOOST_REQUIRE(cells.make_chunk(i * expiry_cells::chunk_size));
    }
    return cells;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expiry_cells_test)

BOOST_AUTO_TEST_CASE(cells_without_anything_are_never_due) {
    expiry_cells cells;
    BOOST_TEST(cells.least() == expiry_cells::nothing);
    BOOST_REQUIRE(cells.resize(chunks));
    BOOST_REQUIRE(cells.make_chunk(expiry_cells::chunk_size));
    BOOST_TEST(cells.least() == expiry_cells::nothing);
    BOOST_TEST(!cells.find(0, number, expiry_cells::nothing - 1));
}

BOOST_AUTO_TEST_CASE(cells_are_found_as_in_a_plain_array) {
    expiry_cells cells = made_cells();
    std::vector<tick> model(number, expiry_cells::nothing);
    std::mt19937 random(1);
    for (int step = 0; step < 20'000; ++step) {
        const std::size_t cell = random() % number;
        switch (random() % 8) {
            case 0:
                cells.clear(cell);
                model[cell] = expiry_cells::nothing;
                break;
            case 1: {
                const std::size_t group = cell / expiry_cells::group_size;
                const auto taken = cells.take_group(group);
                for (std::size_t i = 0; i < taken.size(); ++i) {
                    tick& expected = model[group * expiry_cells::group_size + i];
                    BOOST_REQUIRE(taken[i] == expected);
                    expected = expiry_cells::nothing;
                }
                break;
            }
            default: {
                const auto at = static_cast<tick>(random() % 1000);
                cells.lower(cell, at);
                model[cell] = std::min(model[cell], at);
            }
        }
        BOOST_REQUIRE(cells.least() == *std::min_element(model.begin(), model.end()));
        const std::size_t from = random() % number;
        const std::size_t until = from + random() % (number - from + 1);
        const auto due = static_cast<tick>(random() % 100);
        std::size_t first = from;
        while (first < until && model[first] > due) ++first;
        const auto found = cells.find(from, until, due);
        BOOST_REQUIRE(found.value_or(until) == first);
    }
}

BOOST_AUTO_TEST_CASE(a_change_of_all_leaves_nothing_as_nothing) {
    expiry_cells cells = made_cells();
    cells.lower(5, 100);
    cells.lower(2000, 70);
    cells.change_all([](tick at) { return at - 70; });
    BOOST_TEST(cells.least() == 0U);
    BOOST_TEST(cells.find(0, number, 30).value() == 5U);
    BOOST_TEST(cells.find(0, number, 29).value() == 2000U);
    cells.clear(5);
    cells.clear(2000);
    BOOST_TEST(cells.least() == expiry_cells::nothing);
}

BOOST_AUTO_TEST_CASE(memory_is_taken_chunk_by_chunk_and_what_is_cut_off_is_gone) {
    expiry_cells cells;
    BOOST_REQUIRE(cells.resize(chunks));
    const std::size_t without = cells.bytes();
    BOOST_REQUIRE(cells.make_chunk(number - 1));
    const std::size_t one = cells.bytes() - without;
    BOOST_TEST(one >= expiry_cells::chunk_size * sizeof(tick));
    BOOST_TEST(one <= expiry_cells::chunk_size * sizeof(tick) * 11 / 10);
    BOOST_REQUIRE(cells.make_chunk(number - 1));
    BOOST_REQUIRE(cells.make_chunk(0));
    BOOST_TEST(cells.bytes() - without == 2 * one);
    cells.lower(number - 1, 1);
    BOOST_REQUIRE(cells.resize(1));
    BOOST_TEST(cells.bytes() - without == one);
    BOOST_TEST(cells.least() == expiry_cells::nothing);
}

BOOST_AUTO_TEST_SUITE_END()
