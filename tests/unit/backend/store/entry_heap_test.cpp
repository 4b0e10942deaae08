#include "backend/store/entry_heap.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

using backend::entry;
using backend::entry_heap;

namespace {

struct some_entries {
    explicit some_entries(std::size_t count) {
        while (all.size() < count) all.push_back(entry::make(0, "", ""));
    }
    ~some_entries() {
        for (auto* each : all) entry::destroy(each);
    }
    std::vector<entry*> all;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(entry_heap_test)

BOOST_AUTO_TEST_CASE(entries_come_out_in_the_order_of_their_ranks) {
    const some_entries entries(1000);
    std::mt19937 random(1);
    entry_heap heap;
    for (auto* each : entries.all) heap.push(*each, random() % 500);
    std::uint64_t last = 0;
    while (!heap.empty()) {
        BOOST_REQUIRE(heap.lowest_rank() >= last);
        last = heap.lowest_rank();
        heap.remove(heap.lowest());
    }
}

BOOST_AUTO_TEST_CASE(any_entry_can_be_taken_out) {
    const some_entries entries(500);
    std::mt19937 random(2);
    entry_heap heap;
    std::multiset<std::uint64_t> ranks;
    std::vector<std::uint64_t> rank_of;
    for (auto* each : entries.all) {
        rank_of.push_back(random() % 10'000);
        ranks.insert(rank_of.back());
        heap.push(*each, rank_of.back());
    }
    std::vector<std::size_t> order(entries.all.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
        BOOST_REQUIRE(heap.lowest_rank() == *ranks.begin());
        heap.remove(*entries.all[i]);
        ranks.erase(ranks.find(rank_of[i]));
        BOOST_REQUIRE(entries.all[i]->heap_slot == entry::in_no_heap);
        BOOST_REQUIRE(heap.size() == ranks.size());
    }
}

BOOST_AUTO_TEST_CASE(the_last_entry_may_rise_in_the_place_of_a_removed_one) {
    // The last, 5, takes the place of 101, below 100.
    const std::vector<std::uint64_t> ranks{0, 100, 1, 1, 1, 101, 102, 103, 104, 2, 3, 4, 5};
    const some_entries entries(ranks.size());
    const some_entries later(20);
    entry_heap heap;
    for (std::size_t i = 0; i < ranks.size(); ++i) heap.push(*entries.all[i], ranks[i]);
    heap.remove(*entries.all[5]);
    // More behind it, or it would be moved again as the last before its place matters.
    for (auto* each : later.all) heap.push(*each, 200);
    for (const std::uint64_t rank : {0U, 1U, 1U, 1U, 2U, 3U, 4U, 5U, 100U, 102U, 103U, 104U}) {
        BOOST_TEST(heap.lowest_rank() == rank);
        heap.remove(heap.lowest());
    }
}

BOOST_AUTO_TEST_CASE(memory_comes_back_as_the_heap_empties) {
    const some_entries entries(1000);
    entry_heap heap;
    BOOST_TEST(heap.bytes() == 0U);
    heap.push(*entries.all[0], 1);
    BOOST_TEST(heap.bytes() <= entry_heap::spare_bytes);
    for (std::size_t i = 1; i < 1000; ++i) heap.push(*entries.all[i], i);
    const auto full = heap.bytes();
    BOOST_TEST(full >= 1000 * 16U);
    for (std::size_t i = 500; i < 1000; ++i) heap.remove(*entries.all[i]);
    BOOST_TEST(heap.bytes() < full * 2 / 3);
    for (std::size_t i = 0; i < 500; ++i) heap.remove(*entries.all[i]);
    BOOST_TEST(heap.bytes() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
