#include "backend/store/expiry_map.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

using backend::expiry_map;
using shared::unix_ms;

namespace {

constexpr unix_ms present = 1'790'000'000'000;
constexpr unix_ms day = 24LL * 3600 * 1000;

// A map and the entries that it stands for: by hash, with the time at which each expires.
struct shard {
    explicit shard(unix_ms now, std::uint32_t seed = 1) : random(seed), map(now), time(now) {}

    unix_ms random_below(unix_ms most) {
        return static_cast<unix_ms>(random() % static_cast<std::uint64_t>(most));
    }
    std::uint32_t random_hash() { return static_cast<std::uint32_t>(random()); }

    void insert(std::uint32_t hash, unix_ms expires_at) {
        entries.emplace(hash, expires_at);
        map.note(hash, expires_at, entries.size());
        ++noted;
    }

    void remove_one() {
        const auto at = entries.lower_bound(random_hash());
        if (at == entries.end()) return;
        entries.erase(at);
        map.shrink(entries.size());
    }

    void look(expiry_map::range range) {
        ++looks;
        BOOST_REQUIRE(range.first <= range.last);
        auto at = entries.lower_bound(range.first);
        bool in_vain = true;
        while (at != entries.end() && at->first <= range.last) {
            if (at->second <= time) {
                in_vain = false;
                at = entries.erase(at);
                map.shrink(entries.size());
            } else {
                map.note(at->first, at->second, entries.size());
                ++at;
            }
        }
        if (in_vain) ++looks_in_vain;
    }

    void advance(unix_ms to) {
        time = to;
        int left = 200'000;  // one that is noted again too early would be due for ever
        while (const auto due = map.take_due(time)) {
            look(*due);
            BOOST_REQUIRE(--left > 0);
        }
        for (const auto& [hash, expires_at] : entries) BOOST_REQUIRE(expires_at > time - 16);
        BOOST_REQUIRE(map.earliest() > time);
    }

    std::mt19937 random;
    expiry_map map;
    std::multimap<std::uint32_t, unix_ms> entries;
    unix_ms time;
    int noted = 0;  // by insertions
    int looks = 0;
    int looks_in_vain = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(expiry_map_test)

BOOST_AUTO_TEST_CASE(nothing_stays_longer_than_a_tick_after_its_time) {
    shard held(present);
    for (int round = 0; round < 400; ++round) {
        // More come than go at first, up to 20 times as many as there were ranges; then fewer.
        const std::size_t coming = round < 200 ? 150 : 10;
        for (std::size_t i = 0; i < coming; ++i) {
            held.insert(held.random_hash(), held.time - 50 + held.random_below(20'000));
        }
        for (std::size_t i = 0; i < coming / 6; ++i) held.remove_one();
        held.advance(held.time + held.random_below(80));
    }
    held.advance(held.time + 30'000);
    BOOST_TEST(held.entries.empty());
    BOOST_TEST(held.map.earliest() == INT64_MAX);
    BOOST_TEST(held.looks_in_vain < held.noted);
}

BOOST_AUTO_TEST_CASE(a_look_is_never_too_early_for_the_entry_that_it_is_for) {
    for (unix_ms offset = 0; offset < 40; ++offset) {
        shard held(present);
        held.insert(77, present + offset);
        for (unix_ms now = present; now < present + 60; ++now) held.advance(now);
        BOOST_TEST(held.entries.empty());
        BOOST_TEST(held.looks == 1);
        BOOST_TEST(held.looks_in_vain == 0);
    }
}

BOOST_AUTO_TEST_CASE(ranges_are_as_many_as_entries_need_and_cover_all_hashes) {
    shard held(present);
    const std::size_t smallest = held.map.bytes();
    for (std::uint32_t i = 0; i < 100'000; ++i) held.insert(held.random_hash(), present + 1000);
    BOOST_TEST(held.map.bytes() >= 100'000U / 2);
    BOOST_TEST(held.map.bytes() <= 100'000U * 11 / 10);
    // Each entry is in a range that is due, and the ranges have few of them.
    held.advance(present + 1016);
    BOOST_TEST(held.entries.empty());
    BOOST_TEST(held.looks >= 100'000 / 8);
    BOOST_TEST(held.looks_in_vain < held.looks / 10);
    BOOST_TEST(held.map.bytes() <= smallest + 1024);
}

BOOST_AUTO_TEST_CASE(entries_that_go_or_expire_later_cost_a_look_for_each_time_noted_at_most) {
    shard held(present);
    for (int i = 0; i < 3000; ++i) held.insert(held.random_hash(), present + 500 + i);
    const int noted = held.noted;
    for (auto& [hash, expires_at] : held.entries) {
        expires_at += 100'000;
        held.map.note(hash, expires_at, held.entries.size());
    }
    for (int i = 0; i < 1000; ++i) held.remove_one();
    for (unix_ms now = present; now < present + 5000; now += 16) held.advance(now);
    BOOST_TEST(held.looks > 0);
    BOOST_TEST(held.looks == held.looks_in_vain);
    BOOST_TEST(held.looks <= noted);
    // From here on the bounds are those of what is there.
    held.looks = 0;
    held.advance(present + 100'000);
    BOOST_TEST(held.looks == 0);
}

BOOST_AUTO_TEST_CASE(earliest_is_a_lower_bound_and_exact_after_a_round) {
    expiry_map map(present);
    BOOST_TEST(map.earliest() == INT64_MAX);
    BOOST_TEST(!map.take_due(present));
    map.note(0, present + 160, 1);
    map.note(UINT32_MAX, present + 320, 2);
    BOOST_TEST(map.earliest() >= present + 160);
    BOOST_TEST(map.earliest() < present + 176);
    BOOST_TEST(!map.take_due(present + 159));
    const auto first = map.take_due(present + 176);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->first == 0U);
    BOOST_TEST(map.earliest() <= present + 320);
    BOOST_TEST(!map.take_due(present + 176));
    BOOST_TEST(map.earliest() >= present + 320);
    BOOST_TEST(map.earliest() < present + 336);
    const auto second = map.take_due(present + 336);
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(second->last == UINT32_MAX);
    BOOST_TEST(!map.take_due(present + 336));
    BOOST_TEST(map.earliest() == INT64_MAX);
}

BOOST_AUTO_TEST_CASE(a_range_that_is_always_due_does_not_starve_the_others) {
    expiry_map map(present);
    map.note(0x10000000, present, 3);
    map.note(0x80000000, present, 3);
    map.note(0xF0000000, present, 3);
    std::map<std::uint32_t, int> taken;
    for (int i = 0; i < 30; ++i) {
        const auto due = map.take_due(present + 16);
        BOOST_REQUIRE(due.has_value());
        ++taken[due->first];
        map.note(due->first, present, 3);
    }
    BOOST_TEST(taken.size() == 3U);
}

BOOST_AUTO_TEST_CASE(times_in_the_past_are_due_at_once) {
    for (const unix_ms past : {present, present - 1, present - 400 * day, unix_ms{0}, INT64_MIN}) {
        shard held(present);
        held.insert(9, past);
        held.advance(present + 16);
        BOOST_TEST(held.entries.empty());
    }
}

BOOST_AUTO_TEST_CASE(times_in_the_far_future_are_looked_at_again_in_years) {
    shard held(present);
    const unix_ms far = present + 4000 * day;
    held.insert(1, INT64_MAX);
    held.insert(0x80000000, far);
    held.insert(0xC0000000, present + 500 * day);
    for (unix_ms now = present; now < far; now += 20 * day) held.advance(now);
    BOOST_TEST(held.entries.size() == 2U);
    BOOST_TEST(held.looks_in_vain <= 2 * 4000 / 600);
    held.advance(far + 16);
    BOOST_TEST(held.entries.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_or_forward_loses_nothing) {
    shard held(present);
    const auto insert_some = [&] {
        for (int i = 0; i < 100; ++i) {
            const unix_ms away = held.random_below(2000) - 1000;
            held.insert(held.random_hash(), held.time + away * day);
        }
    };
    for (const int days : {0, -30, 200, 900, 500, 3000, 2500, 1500, 5000}) {
        held.advance(present + days * day);
        insert_some();
        held.advance(present + days * day + 5000);
    }
    BOOST_TEST(held.looks_in_vain <= held.noted);
}

BOOST_AUTO_TEST_CASE(
    what_was_in_the_distant_past_is_not_late_when_the_clock_is_set_back_behind_it) {
    shard held(present);
    held.insert(5, present - 200 * day);
    held.advance(present - 300 * day);
    BOOST_TEST(held.entries.size() == 1U);
    held.advance(present - 199 * day);
    BOOST_TEST(held.entries.empty());
}

BOOST_AUTO_TEST_CASE(a_map_that_knows_no_time_yet_learns_it_from_the_first_look) {
    shard held(0);
    for (int i = 0; i < 50; ++i) held.insert(held.random_hash(), present + i * 1000);
    held.advance(present);
    BOOST_TEST(held.entries.size() == 49U);
    held.looks = 0;
    for (unix_ms now = present; now < present + 60'000; now += 100) held.advance(now);
    BOOST_TEST(held.entries.empty());
    BOOST_TEST(held.looks <= 50);
}

BOOST_AUTO_TEST_SUITE_END()
