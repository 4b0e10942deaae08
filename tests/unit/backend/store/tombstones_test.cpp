#include "shared/base/pages.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend_test::one_store;
using backend_test::set_effect;

namespace {

struct with_tombstones : one_store {
    with_tombstones() : one_store({.memory = 4 << 20, .tombstones = true}) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tombstones_test, with_tombstones)

BOOST_AUTO_TEST_CASE(a_delete_keeps_out_what_is_older) {
    set("key", "value");
    const auto older = sink.effects[0].stamp + 1;
    erase("key");
    BOOST_TEST(data.size() == 0U);
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_TEST(!data.merge(set_effect(older, "key", "late"), now));
    BOOST_TEST(!has("key"));
    BOOST_TEST(data.merge(set_effect(sink.effects[1].stamp + 1, "key", "newer"), now));
    BOOST_TEST(get("key").value() == "newer");
    BOOST_TEST(data.stats().tombstones == 0U);
}

BOOST_AUTO_TEST_CASE(without_a_partner_nothing_is_remembered) {
    one_store alone;
    const auto empty = alone.data.used_memory();
    alone.set("key", "value");
    alone.erase("key");
    BOOST_TEST(alone.data.stats().tombstones == 0U);
    BOOST_TEST(alone.data.used_memory() == empty);
}

BOOST_AUTO_TEST_CASE(setting_the_key_again_takes_the_place_of_its_tombstone) {
    set("key", "value");
    erase("key");
    BOOST_TEST(data.open("key", now).stamp() == sink.effects[1].stamp);
    set("key", "again");
    BOOST_TEST(data.stats().tombstones == 0U);
    BOOST_TEST(data.size() == 1U);
}

BOOST_AUTO_TEST_CASE(neither_expiry_nor_eviction_leaves_a_tombstone) {
    set("key", "value", now + 1);
    ++now;
    BOOST_TEST(!has("key"));
    for (int i = 0; data.stats().evicted == 0; ++i) set(std::to_string(i), std::string(1000, 'x'));
    BOOST_TEST(data.stats().tombstones == 0U);
}

BOOST_AUTO_TEST_CASE(tombstones_are_forgotten_up_to_a_version) {
    const auto empty = data.used_memory();
    for (const auto* key : {"one", "two", "three"}) {
        set(key, "value");
        erase(key);
    }
    BOOST_TEST(data.tombstone_floor() == 0U);
    const auto second = sink.effects[3].stamp;
    const auto third = sink.effects[5].stamp;
    data.forget_tombstones(third);
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_TEST(data.tombstone_floor() == second + 1);
    data.forget_tombstones(third - 1);
    BOOST_TEST(data.tombstone_floor() == second + 1);
    data.forget_tombstones(third + 1);
    BOOST_TEST(data.stats().tombstones == 0U);
    BOOST_TEST(data.used_memory() == empty);
}

BOOST_AUTO_TEST_CASE(the_floor_stays_where_nothing_was_forgotten) {
    set("key", "value");
    data.forget_tombstones(backend::version_at(now + 1000));
    BOOST_TEST(data.tombstone_floor() == 0U);
}

BOOST_AUTO_TEST_CASE(deleting_an_absent_key_is_told_and_remembered_once) {
    erase("absent");
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_REQUIRE(sink.effects.size() == 1U);
    BOOST_TEST((sink.effects[0].kind == backend::effect_kind::erase));
    BOOST_TEST(!data.merge(set_effect(sink.effects[0].stamp - 1, "absent", "late"), now));
    erase("absent");
    BOOST_TEST(sink.effects.size() == 1U);
}

BOOST_AUTO_TEST_CASE(tombstones_take_a_sixteenth_of_memory_and_the_oldest_are_forgotten) {
    const auto empty = data.used_memory();
    // Begun ones, at both ends of each shard's.
    const std::uint64_t pages = 16U * 2 * shared::page_size();
    for (int i = 0; i < 20'000; ++i) {
        set(std::to_string(i), "value");
        erase(std::to_string(i));
        BOOST_REQUIRE(data.used_memory() - empty <= (4U << 20U) / 16 + pages);
    }
    const auto kept = data.stats().tombstones;
    BOOST_TEST(kept > 5000U);
    BOOST_TEST(kept < 10'000U);
    const auto floor = data.tombstone_floor();
    BOOST_TEST(floor > 0U);
    for (const auto& each : all()) BOOST_TEST((each.kind == backend::effect_kind::erase));
    // Every delete that is not remembered lies below the floor.
    std::size_t above = 0;
    for (const auto& each : sink.effects) {
        if (each.kind == backend::effect_kind::erase && each.stamp >= floor) ++above;
    }
    std::size_t remembered_above = 0;
    for (const auto& each : all()) {
        if (each.stamp >= floor) ++remembered_above;
    }
    BOOST_TEST(above == remembered_above);
}

BOOST_AUTO_TEST_CASE(a_flush_takes_the_tombstones_along_and_still_keeps_out_what_is_older) {
    set("key", "value");
    erase("key");
    data.flush(now);
    BOOST_TEST(data.stats().tombstones == 0U);
    BOOST_TEST(data.tombstone_floor() == 0U);
    BOOST_TEST(!data.merge(set_effect(sink.effects[0].stamp + 1, "key", "late"), now));
}

BOOST_AUTO_TEST_SUITE_END()
