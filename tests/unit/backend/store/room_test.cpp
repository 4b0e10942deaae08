#include "backend/store/entry.hpp"
#include "backend/store/eviction_policies.hpp"
#include "shared/hash/hash.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

using backend_test::one_store;

namespace {

constexpr shared::unix_ms latest = 16;  // after its time something expired may still be there

constexpr backend::store_options small{.memory = 1 << 20};
constexpr backend::store_options small_lru{.memory = 1 << 20, .eviction = "lru"};
constexpr backend::store_options small_with_tombstones{.memory = 2 << 20, .tombstones = true};

std::string key_of(int i) {
    return "key" + std::to_string(i);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_test)

BOOST_AUTO_TEST_CASE(the_limit_can_change) {
    one_store cache(small);
    for (int i = 0; i < 20'000; ++i) cache.set(key_of(i), std::string(100, 'x'));
    const auto before = cache.data.size();
    cache.data.set_memory_limit(512 * 1024, cache.now);
    BOOST_TEST(cache.data.memory_limit() == 512U * 1024);
    BOOST_TEST(cache.data.used_memory() <= 512U * 1024);
    BOOST_TEST(cache.data.size() < before);
    BOOST_TEST(!cache.set("large", std::string(1'000'000, 'x')));
    cache.data.set_memory_limit(2 << 20, cache.now);
    BOOST_TEST(cache.set("large", std::string(1'000'000, 'x')));
}

BOOST_AUTO_TEST_CASE(the_least_recently_used_of_all_shards_goes_first) {
    one_store cache(small_lru);
    std::mt19937 random(4);
    std::vector<std::string> order;  // every key ever used, by its last use
    for (int i = 0; i < 2000; ++i) {
        const auto key = key_of(static_cast<int>(random() % 400));
        const bool read = random() % 2 == 0;
        if (read ? cache.get(key).has_value() : cache.set(key, std::string(random() % 8000, 'x'))) {
            std::erase(order, key);
            order.push_back(key);
        }
        const auto kept = static_cast<std::ptrdiff_t>(cache.data.size());
        const std::set<std::string> expected(order.end() - kept, order.end());
        std::set<std::string> present;
        for (const auto& each : cache.all()) present.insert(each.key);
        BOOST_REQUIRE((present == expected));
    }
    BOOST_TEST(cache.data.stats().evicted > 200U);
}

BOOST_AUTO_TEST_CASE(memory_stays_within_the_limit) {
    for (std::size_t round = 0; round < 2 * backend::eviction_names.size(); ++round) {
        auto options = round % 2 == 0 ? small : small_with_tombstones;
        options.eviction = backend::eviction_names[round / 2];
        one_store cache(options);
        std::mt19937 random(3);
        for (int i = 0; i < 20'000; ++i) {
            const auto key = key_of(static_cast<int>(random() % 3000));
            if (random() % 4 == 0) {
                cache.erase(key);
            } else {
                const std::string value(random() % 50 == 0 ? random() % 100'000 : random() % 1000,
                                        'x');
                const auto expires_at = random() % 3 == 0 ? cache.now + 1 + random() % 500 : 0;
                BOOST_REQUIRE(cache.set(key, value, static_cast<shared::unix_ms>(expires_at)));
                BOOST_REQUIRE(cache.has(key));
            }
            BOOST_REQUIRE(cache.data.used_memory() <= cache.data.memory_limit());
            ++cache.now;
        }
        BOOST_TEST(cache.data.stats().evicted > 0U);
    }
}

BOOST_AUTO_TEST_CASE(the_largest_value_that_fits_alone_is_kept_and_a_larger_one_refused) {
    for (std::size_t round = 0; round < 2 * backend::eviction_names.size(); ++round) {
        one_store cache({.memory = 2 << 20,
                         .eviction = backend::eviction_names[round / 2],
                         .tombstones = round % 2 != 0});
        for (int i = 0; i < 36'000; ++i) cache.set(key_of(i), "value");
        for (int i = 0; i < 36'000; i += 2) cache.erase(key_of(i));
        const std::string old = "old";
        cache.set("large", old);
        const auto told = cache.sink.effects.size();
        std::string value(2'200'000, 'x');
        BOOST_TEST(!cache.set("large", value));
        BOOST_TEST(cache.get("large").value() == old);
        BOOST_TEST(cache.sink.effects.size() == told);
        while (!cache.set("large", value, cache.now + 1000)) value.resize(value.size() - 1000);
        BOOST_TEST(value.size() > 1'600'000U);
        BOOST_TEST((cache.get("large").value() == value));
        BOOST_TEST(cache.data.used_memory() <= cache.data.memory_limit());
    }
}

BOOST_AUTO_TEST_CASE(a_memory_too_small_for_anything_refuses_everything) {
    one_store cache({.memory = 1000});
    BOOST_TEST(!cache.set("key", "value"));
    BOOST_TEST(cache.data.size() == 0U);
}

BOOST_AUTO_TEST_CASE(expired_entries_make_room_before_live_ones) {
    one_store cache(small_lru);
    const std::string value(10'000, 'x');
    for (int i = 0; i < 50; ++i) cache.set("live" + std::to_string(i), value);
    for (int i = 0; i < 30; ++i) cache.set("short" + std::to_string(i), value, cache.now + 10);
    BOOST_TEST(cache.data.stats().evicted == 0U);
    cache.now += 10 + latest;
    for (int i = 0; i < 40; ++i) cache.set("more" + std::to_string(i), value);
    BOOST_TEST(cache.data.stats().evicted == 0U);
    BOOST_TEST(cache.data.stats().expired > 0U);
    for (int i = 0; i < 50; ++i) BOOST_TEST(cache.has("live" + std::to_string(i)));
}

BOOST_AUTO_TEST_CASE(an_entry_is_gone_from_its_time_on) {
    one_store cache;
    cache.set("key", "value", cache.now + 10);
    cache.now += 9;
    BOOST_TEST(cache.has("key"));
    BOOST_TEST(cache.data.stats().keys_with_expiry == 1U);
    cache.now += 1;
    BOOST_TEST(!cache.has("key"));
    BOOST_TEST(cache.data.size() == 0U);
    BOOST_TEST(cache.data.stats().expired == 1U);
    BOOST_TEST(cache.sink.effects.size() == 1U);
}

BOOST_AUTO_TEST_CASE(expired_entries_are_removed_in_the_background) {
    one_store cache;
    const auto empty = cache.data.used_memory();
    for (int i = 0; i < 1000; ++i) cache.set(key_of(i), "value", cache.now + 10 + i % 2 * 50);
    BOOST_TEST(!cache.data.expire_some(cache.now, 10'000));
    BOOST_TEST(cache.data.size() == 1000U);
    cache.now += 10 + latest;
    BOOST_TEST(!cache.data.expire_some(cache.now, 10'000));
    BOOST_TEST(cache.data.size() == 500U);
    cache.now += 50;
    BOOST_TEST(cache.data.expire_some(cache.now, 100));
    BOOST_TEST(cache.data.size() >= 390U);
    BOOST_TEST(cache.data.size() <= 410U);
    while (cache.data.expire_some(cache.now, 100)) {
    }
    BOOST_TEST(cache.data.size() == 0U);
    BOOST_TEST(cache.data.used_memory() == empty);
    BOOST_TEST(cache.data.stats().expired == 1000U);
}

BOOST_AUTO_TEST_CASE(looking_for_what_has_expired_in_vain_evicts_nothing_there) {
    const auto in_first_shard = [](std::string_view key) { return shared::xxh3(key) >> 63U == 0; };
    one_store cache({.memory = 1 << 20, .shards = 2, .eviction = "lru"});
    int next = 0;
    const auto fill_second_shard = [&](int entries) {
        for (; entries > 0; ++next) {
            if (in_first_shard(key_of(next))) continue;
            cache.set(key_of(next), std::string(5000, 'x'));
            --entries;
        }
    };
    std::string kept = "kept";
    while (!in_first_shard(kept)) kept += '.';
    fill_second_shard(180);
    BOOST_TEST(cache.data.stats().evicted == 0U);
    cache.set(kept, "value", cache.now + 10);
    cache.set(kept, "value");  // by now nothing expires there, but there is a bound that says so
    cache.set("expires later, so that bounds are looked at", "", cache.now + 100'000);
    cache.now += 10 + latest;
    fill_second_shard(100);
    BOOST_TEST(cache.data.stats().evicted > 0U);
    BOOST_TEST(cache.has(kept));
}

BOOST_AUTO_TEST_CASE(the_newest_of_two_keys_with_one_hash_goes_or_stays_but_something_goes) {
    std::unordered_map<std::uint32_t, std::string> seen;
    std::string one;
    std::string other;
    for (int i = 0; one.empty(); ++i) {
        other = key_of(i);
        const auto [at, is_new] = seen.emplace(backend::hash_of(other), other);
        if (!is_new) one = at->second;
    }
    for (const auto policy : backend::eviction_names) {
        one_store cache({.memory = 2 << 20, .eviction = policy});
        for (int i = 0; i < 3; ++i) {
            BOOST_TEST(cache.set(one, std::string(1'100'000, 'x')));
            BOOST_TEST(cache.set(other, std::string(1'100'000, 'x')));
        }
        BOOST_TEST(cache.data.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_new_time_takes_the_place_of_the_old_one) {
    one_store cache;
    cache.set("later", "value", cache.now + 10);
    cache.set("never", "value", cache.now + 10);
    cache.set("replaced", "value", cache.now + 10);
    cache.data.open("later", cache.now).set_expiry(cache.now + 50);
    cache.data.open("never", cache.now).set_expiry(0);
    cache.set("replaced", "value");
    cache.now += 10 + latest;
    cache.data.expire_some(cache.now, 100);
    BOOST_TEST(cache.has("later"));
    BOOST_TEST(cache.has("never"));
    BOOST_TEST(cache.has("replaced"));
    cache.now += 50;
    cache.data.expire_some(cache.now, 100);
    BOOST_TEST(!cache.has("later"));
    BOOST_TEST(cache.data.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_lower_limit_leaves_less_to_tombstones_and_the_more_to_entries) {
    one_store cache({.memory = 64UL << 20U, .shards = 1, .tombstones = true});
    for (int i = 0; i < 50'000; ++i) {
        cache.set(std::to_string(i), "v");
        cache.erase(std::to_string(i));
    }
    BOOST_TEST(cache.data.stats().tombstones == 50'000U);
    const auto newest = cache.clock.newest();
    cache.data.set_memory_limit(1UL << 20U, cache.now);
    BOOST_TEST(cache.data.stats().tombstones > 0U);
    BOOST_TEST(cache.data.stats().tombstones < 3'000U);
    BOOST_TEST(cache.data.tombstone_floor() > 0U);
    BOOST_TEST(cache.data.tombstone_floor() <= newest + 2);
    BOOST_TEST(cache.set("large", std::string(700'000, 'x')));
    cache.data.set_memory_limit(64UL << 20U, cache.now);
    BOOST_TEST(cache.set("larger", std::string(50'000'000, 'x')));
}

BOOST_AUTO_TEST_SUITE_END()
