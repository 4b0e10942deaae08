#include "backend/store/ghosts.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

using backend::ghosts;

namespace {

std::vector<std::uint32_t> some_hashes(std::size_t count, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::vector<std::uint32_t> made(count);
    for (auto& each : made) each = static_cast<std::uint32_t>(random());
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ghosts_test)

BOOST_AUTO_TEST_CASE(nothing_is_known_and_no_memory_taken_at_first) {
    ghosts table;
    BOOST_TEST(!table.take(0));
    BOOST_TEST(!table.take(77));
    BOOST_TEST(table.bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_taken_is_no_longer_remembered) {
    ghosts table;
    for (const std::uint32_t hash : {0U, 1U << 16U, UINT32_MAX}) {
        table.remember(hash, 100);
        BOOST_TEST(table.take(hash));
        BOOST_TEST(!table.take(hash));
    }
}

BOOST_AUTO_TEST_CASE(most_of_the_newest_are_remembered_and_hardly_any_of_the_oldest) {
    ghosts table;
    const std::size_t wanted = 6400;
    const auto hashes = some_hashes(2 * wanted);
    for (const auto each : hashes) table.remember(each, wanted);
    std::size_t oldest = 0;
    std::size_t newest = 0;
    for (std::size_t i = 0; i < wanted / 2; ++i) {
        newest += table.take(hashes[2 * wanted - 1 - i]) ? 1 : 0;
        oldest += table.take(hashes[i]) ? 1 : 0;
    }
    BOOST_TEST(newest > wanted / 2 * 97 / 100);
    BOOST_TEST(oldest < wanted / 2 * 5 / 100);
}

BOOST_AUTO_TEST_CASE(strangers_are_seldom_taken_for_known) {
    ghosts table;
    for (const auto each : some_hashes(20'000)) table.remember(each, 10'000);
    std::size_t wrong = 0;
    for (const auto each : some_hashes(100'000, 2)) wrong += table.take(each) ? 1 : 0;
    BOOST_TEST(wrong < 100U);
}

BOOST_AUTO_TEST_CASE(the_oldest_of_a_bucket_is_forgotten_first) {
    ghosts table;
    for (std::uint32_t i = 1; i <= ghosts::bucket_size + 1; ++i) table.remember(i, 1);
    BOOST_TEST(!table.take(1));
    for (std::uint32_t i = 2; i <= ghosts::bucket_size + 1; ++i) BOOST_TEST(table.take(i));
}

BOOST_AUTO_TEST_CASE(the_table_follows_the_number_wanted) {
    ghosts table;
    table.remember(1, 64'000);
    BOOST_TEST(table.capacity() == 64'000U);
    BOOST_TEST(table.bytes() == 128'000U);
    table.remember(1, 40'000);
    BOOST_TEST(table.capacity() == 64'000U);
    table.shrink(20'000);
    BOOST_TEST(table.capacity() == 20'000U);
    BOOST_TEST(table.bytes() == 40'000U);
    table.remember(1, 64'000);
    BOOST_TEST(table.capacity() == 64'000U);
    table.shrink(1);
    BOOST_TEST(table.capacity() == ghosts::bucket_size);
    table.shrink(0);
    BOOST_TEST(table.bytes() == 0U);
    table.remember(1, 0);
    BOOST_TEST(!table.take(1));
}

BOOST_AUTO_TEST_SUITE_END()
