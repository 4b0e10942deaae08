#include "backend/store/shard.hpp"

#include "backend/store/lru.hpp"

#include <boost/test/unit_test.hpp>

#include <mutex>
#include <string>
#include <utility>

using backend::located_key;
using backend::shard;

namespace {

struct one_shard {
    backend::shard_surroundings around;
    backend::lru_policy policy;
    shard data{around, policy};
    located_key key = located_key::of("key");
    located_key other = located_key::of("other");
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shard_test, one_shard)

BOOST_AUTO_TEST_CASE(what_is_older_than_the_watermark_is_not_found_before_it_is_dropped) {
    const std::lock_guard held(data);
    data.put({}, key, "value", 0, 10);
    data.raise_watermark(10);
    BOOST_TEST(bool(data.find(key, 1)));
    data.raise_watermark(11);
    BOOST_TEST(data.live() == 1U);
    BOOST_TEST(!data.find(key, 1));
    BOOST_TEST(data.live() == 0U);
}

BOOST_AUTO_TEST_CASE(a_watermark_never_sinks) {
    const std::lock_guard held(data);
    data.raise_watermark(20);
    data.raise_watermark(10);
    BOOST_TEST(data.watermark() == 20U);
}

BOOST_AUTO_TEST_CASE(unlocking_publishes_memory_victim_and_next_expiry) {
    const auto empty = around.used_memory.load();
    BOOST_TEST(empty > 0U);
    BOOST_TEST(data.rank(0) == backend::eviction::nothing);
    BOOST_TEST(data.next_expiry() == shard::no_expiry);
    {
        const std::lock_guard held(data);
        data.put({}, key, "value", 500, 10);
        data.put({}, other, "value", 400, 11);
    }
    BOOST_TEST(around.used_memory.load() > empty);
    BOOST_TEST(data.rank(0) == 0U);
    BOOST_TEST(data.next_expiry() >= 400);
    BOOST_TEST(data.next_expiry() <= 400 + 16);
    {
        const std::lock_guard held(data);
        BOOST_TEST(data.expire(600, 10) == 2U);
    }
    BOOST_TEST(around.used_memory.load() == empty);
    BOOST_TEST(data.next_expiry() == shard::no_expiry);
}

BOOST_AUTO_TEST_CASE(a_large_value_that_shrinks_by_and_by_gives_its_memory_back) {
    const std::lock_guard held(data);
    std::string value(1'000'000, 'x');
    auto at = data.put({}, key, value, 0, 10);
    while (value.size() > 10'000) {
        value.resize(value.size() - value.size() / 10);
        at = data.put(at, key, value, 0, 11);
    }
    BOOST_TEST((at.held.value() == value));
    BOOST_TEST(data.bytes() < around.used_memory + 2 * value.size());
    data.remove(at, key.hash);
}

BOOST_AUTO_TEST_CASE(a_new_tombstone_outlives_the_making_of_its_room) {
    around.tombstones = true;
    around.tombstone_memory = 32 * 1024;
    data.set_segment_size(backend::entry_log::smallest_segment);
    const std::string large(20'000, 'l');   // in a segment of its own, behind that of
    const std::string medium(15'000, 'm');  // this one
    const std::lock_guard held(data);
    data.bury_absent(key, 10);
    data.bury_absent(located_key::of(large), 11);
    const auto made = data.bury_absent(located_key::of(medium), 12);
    BOOST_REQUIRE(bool(data.find(located_key::of(medium), 1)));
    BOOST_TEST((made.held.key() == medium));
    BOOST_TEST(data.tombstones() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_published_after_the_last_expiry_is_not_due_any_more) {
    for (const auto& [each, time] : {std::pair{key, 400}, {other, 10'000}}) {
        const std::lock_guard held(data);
        data.put({}, each, "value", time, 10);
    }
    const auto expire_one = [&](std::size_t expected) {
        const std::lock_guard held(data);
        BOOST_TEST(data.expire(600, 1) == expected);
    };
    expire_one(1);  // which ends before it has seen that nothing else is due
    expire_one(0);
    BOOST_TEST(data.next_expiry() > 600);
}

BOOST_AUTO_TEST_CASE(dropping_goes_on_from_where_it_stopped) {
    const std::lock_guard held(data);
    for (std::uint32_t i = 0; i < 100; ++i) {
        const std::string name = std::to_string(i);
        data.put({}, located_key::of(name), "value", 0, i + 1);
    }
    int calls = 0;
    for (std::uint64_t position = 0; position < backend::entry_index::end; ++calls) {
        position = data.drop(position, 51, true, 10);
    }
    BOOST_TEST(data.live() == 50U);
    BOOST_TEST(calls >= 5);
}

BOOST_AUTO_TEST_SUITE_END()
