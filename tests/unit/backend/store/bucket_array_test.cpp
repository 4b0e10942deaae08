#include "backend/store/bucket_array.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

using backend::bucket_array;
using backend::entry_ref;
using backend::index_bucket;
using backend::indexed_entry;
using backend::no_entry;

namespace {

constexpr std::uint32_t last_hash = UINT32_MAX;

entry_ref find(const bucket_array& array, std::uint32_t hash, entry_ref ref) {
    return array.find(hash, [&](entry_ref each) { return each == ref; });
}

// How many entries of this hash a look-up meets.
int meet(const bucket_array& array, std::uint32_t hash) {
    int met = 0;
    array.find(hash, [&](entry_ref) { return ++met < 0; });
    return met;
}

void check(const bucket_array& array, const std::map<entry_ref, std::uint32_t>& model) {
    for (const auto& [ref, hash] : model) BOOST_REQUIRE(find(array, hash, ref) == ref);
    std::set<entry_ref> collected;
    for (std::size_t home = 0; home < array.count(); ++home) {
        std::vector<indexed_entry> found;
        array.collect(home, 0, found);
        for (const auto& each : found) {
            BOOST_REQUIRE(array.home(each.hash) == home);
            BOOST_REQUIRE(model.at(each.ref) == each.hash);
            BOOST_REQUIRE(collected.insert(each.ref).second);
        }
    }
    BOOST_REQUIRE(collected.size() == model.size());
}

// Hashes in different parts of the range: everywhere, near its end, all the same.
std::vector<std::vector<std::uint32_t>> kinds_of_hashes(std::size_t number) {
    std::mt19937 random(9);
    std::vector<std::vector<std::uint32_t>> kinds(4);
    for (std::size_t i = 0; i < number; ++i) {
        kinds[0].push_back(static_cast<std::uint32_t>(random()));
        kinds[1].push_back(static_cast<std::uint32_t>(last_hash - random() % 1000));
        kinds[2].push_back(last_hash);
        kinds[3].push_back(i % 2 == 0 ? last_hash : static_cast<std::uint32_t>(random() >> 8U));
    }
    return kinds;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bucket_array_test)

BOOST_AUTO_TEST_CASE(homes_are_in_the_order_of_hashes_and_begin_where_they_say) {
    for (const std::size_t count : {1U, 2U, 3U, 7U, 8U, 1000U, 12345U}) {
        const bucket_array array(count);
        BOOST_TEST(array.first_hash(0) == 0U);
        BOOST_TEST(array.first_hash(count) == 1ULL << 32U);
        BOOST_TEST(array.home(last_hash) == count - 1);
        for (std::size_t home = 1; home < count; ++home) {
            const auto first = static_cast<std::uint32_t>(array.first_hash(home));
            BOOST_REQUIRE(array.home(first) == home);
            BOOST_REQUIRE(array.home(first - 1) == home - 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_empty_slot_is_no_entry_of_hash_0) {
    bucket_array array(1);
    BOOST_TEST(meet(array, 0) == 0);
    BOOST_REQUIRE(array.insert(0, 0));
    BOOST_REQUIRE(array.insert(0, no_entry - 1));
    BOOST_TEST(meet(array, 0) == 2);
    BOOST_TEST(find(array, 0, 0) == 0U);
    BOOST_TEST(find(array, 0, no_entry - 1) == no_entry - 1);
    array.remove(0, 0);
    BOOST_TEST(meet(array, 0) == 1);
}

BOOST_AUTO_TEST_CASE(only_entries_of_that_very_hash_are_looked_at) {
    bucket_array array(1);
    BOOST_REQUIRE(array.insert(0x12345600, 1));
    BOOST_REQUIRE(array.insert(0x12345601, 2));  // the other 24 bits are equal
    BOOST_REQUIRE(array.insert(0x12345700, 3));  // the tag is equal
    BOOST_REQUIRE(array.insert(0x12345600, 4));
    BOOST_TEST(meet(array, 0x12345600) == 2);
    BOOST_TEST(meet(array, 0x12345601) == 1);
    BOOST_TEST(meet(array, 0x12345700) == 1);
    BOOST_TEST(meet(array, 0x12345701) == 0);
    array.relocate(0x12345600, 4, 99);
    BOOST_TEST(find(array, 0x12345600, 4) == no_entry);
    BOOST_TEST(find(array, 0x12345600, 99) == 99U);
}

BOOST_AUTO_TEST_CASE(an_array_takes_as_many_entries_as_it_has_slots) {
    for (const auto& hashes : kinds_of_hashes(57)) {
        bucket_array array(8);
        std::map<entry_ref, std::uint32_t> model;
        for (entry_ref ref = 0; ref < array.slots(); ++ref) {
            BOOST_REQUIRE(array.insert(hashes[ref], ref));
            model[ref] = hashes[ref];
            check(array, model);
        }
        BOOST_TEST(!array.insert(hashes[56], 56));
        check(array, model);
        while (!model.empty()) {
            array.remove(model.begin()->second, model.begin()->first);
            model.erase(model.begin());
            check(array, model);
        }
    }
}

BOOST_AUTO_TEST_CASE(entries_come_and_go_at_a_high_load) {
    for (const auto& hashes : kinds_of_hashes(20'000)) {
        bucket_array array(100);
        std::map<entry_ref, std::uint32_t> model;
        std::mt19937 random(3);
        for (entry_ref ref = 0; ref < hashes.size(); ++ref) {
            BOOST_REQUIRE(array.insert(hashes[ref], ref));
            model[ref] = hashes[ref];
            if (model.size() < 660) continue;
            auto removed = model.lower_bound(model.begin()->first + random() % 600);
            array.remove(removed->second, removed->first);
            model.erase(removed);
            if (ref % 500 == 0) check(array, model);
        }
        check(array, model);
    }
}

// The order of homes is what keeps look-ups short; of what is read, only `collect` tells: it meets
// the bucket's own entries in one of the buckets that it reads.
BOOST_AUTO_TEST_CASE(however_many_come_and_go_overflows_stay_as_in_a_table_just_filled) {
    std::mt19937 random(8);
    std::vector<std::uint32_t> hashes(200'000);
    for (auto& hash : hashes) hash = static_cast<std::uint32_t>(random());
    const std::size_t held = 6000;
    bucket_array churned(1000);
    for (entry_ref ref = 0; ref < hashes.size(); ++ref) {
        BOOST_REQUIRE(churned.insert(hashes[ref], ref));
        if (ref >= held) churned.remove(hashes[ref - held], ref - held);
    }
    bucket_array fresh(1000);
    for (entry_ref ref = hashes.size() - held; ref < hashes.size(); ++ref) {
        BOOST_REQUIRE(fresh.insert(hashes[ref], ref));
    }
    for (std::size_t home = 0; home < fresh.count(); ++home) {
        BOOST_REQUIRE(churned.bucket(home).overflow() == fresh.bucket(home).overflow());
        BOOST_REQUIRE(churned.bucket(home).filled() == fresh.bucket(home).filled());
    }
}

BOOST_AUTO_TEST_CASE(homes_move_to_an_array_of_any_other_number_of_buckets) {
    for (const auto& hashes : kinds_of_hashes(60)) {
        for (const std::size_t count : {9U, 10U, 17U, 30U}) {
            for (const std::size_t step : {1U, 2U, 4U, 20U}) {
                bucket_array from(10);
                bucket_array to(count);
                for (entry_ref ref = 0; ref < hashes.size(); ++ref) from.insert(hashes[ref], ref);
                for (std::size_t moved = 0; moved < from.count();) {
                    const auto until = std::min(moved + step, from.count());
                    from.move_homes(moved, until, to);
                    moved = until;
                    std::map<entry_ref, std::uint32_t> left;
                    std::map<entry_ref, std::uint32_t> arrived;
                    for (entry_ref ref = 0; ref < hashes.size(); ++ref) {
                        (from.home(hashes[ref]) < moved ? arrived : left)[ref] = hashes[ref];
                    }
                    check(from, left);
                    check(to, arrived);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(small_arrays_cost_what_malloc_takes_and_large_ones_what_is_populated) {
    BOOST_TEST(bucket_array().bytes() == 0U);
    const bucket_array small(16);
    BOOST_TEST(small.bytes() >= 16U * 64);
    BOOST_TEST(small.bytes() <= 16U * 64 + 96);
    bucket_array large(16'384);
    BOOST_TEST(large.bytes() == 0U);
    large.populate_up_to(0);
    BOOST_TEST(large.bytes() == bucket_array::piece);
    large.populate_up_to(bucket_array::piece / sizeof(index_bucket));
    BOOST_TEST(large.bytes() == 2 * bucket_array::piece);
    large.populate_up_to(large.count() - 1);
    BOOST_TEST(large.bytes() == 1024U * 1024);
}

BOOST_AUTO_TEST_CASE(memory_taken_ahead_is_empty_and_keeps_what_is_there) {
    for (const std::size_t count : {100U, 9001U}) {
        bucket_array array(count);
        array.insert(1, 1);
        array.populate_up_to(0);
        array.populate_up_to(count - 1);
        array.insert(last_hash, 2);
        check(array, {{1, 1}, {2, last_hash}});
    }
}

BOOST_AUTO_TEST_CASE(an_array_that_is_emptied_gives_its_memory_back_on_the_way) {
    bucket_array from(8192);
    from.populate_up_to(from.count() - 1);
    bucket_array to(9216);
    std::mt19937 random(1);
    for (entry_ref ref = 0; ref < 6UL * 8192; ++ref) {
        from.insert(static_cast<std::uint32_t>(random()), ref);
    }
    const std::size_t whole = from.bytes();
    for (std::size_t home = 0; home < from.count(); ++home) {
        from.move_homes(home, home + 1, to);
        from.release_below(home + 1);
        const std::size_t emptied = (home + 1) * sizeof(index_bucket);
        // The first piece stays while entries have come round to it.
        BOOST_REQUIRE(from.bytes() + emptied >= whole);
        BOOST_REQUIRE(from.bytes() + emptied <= whole + 2 * bucket_array::piece);
    }
}

BOOST_AUTO_TEST_CASE(what_has_come_round_to_the_first_buckets_is_not_given_back) {
    bucket_array from(8192);
    from.populate_up_to(from.count() - 1);
    bucket_array to(9216);
    std::map<entry_ref, std::uint32_t> model;
    for (entry_ref ref = 0; ref < 12'000; ++ref) {  // 1714 buckets, three pieces
        from.insert(last_hash, ref);
        model[ref] = last_hash;
    }
    from.move_homes(0, 8190, to);
    from.release_below(8190);
    BOOST_TEST(from.bytes() < 8192U * sizeof(index_bucket) / 2);
    check(from, model);
    for (entry_ref ref = 12'000; ref < 20'000; ++ref) {  // into buckets that were given back
        from.insert(last_hash, ref);
        model[ref] = last_hash;
    }
    check(from, model);
    for (entry_ref ref = 0; ref < 20'000; ref += 2) {
        from.remove(last_hash, ref);
        model.erase(ref);
    }
    check(from, model);
}

BOOST_AUTO_TEST_SUITE_END()
