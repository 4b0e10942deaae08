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

BOOST_AUTO_TEST_CASE(what_has_expired_keeps_out_what_is_older) {
    for (const bool seen : {false, true}) {
        const std::string key = seen ? "seen" : "unseen";
        set(key, "value", now + 1);
        const auto stamp = sink.effects.back().stamp;
        now += 100;
        if (seen) BOOST_TEST(!has(key));
        // Buried by whoever asks for it, or in the background: the value that it replaced is older.
        while (data.expire_some(now, 10)) {
        }
        BOOST_TEST(data.stats().expired == (seen ? 2U : 1U));
        BOOST_TEST(!data.merge(set_effect(stamp - 1, key, "replaced"), now));
        BOOST_TEST(!has(key));
        BOOST_TEST(data.open(key, now).stamp() == stamp);
    }
    BOOST_TEST(data.stats().tombstones == 2U);
    BOOST_TEST(data.size() == 0U);
    set("seen", "again");
    BOOST_TEST(get("seen").value() == "again");
    BOOST_TEST(data.stats().tombstones == 1U);
}

BOOST_AUTO_TEST_CASE(what_has_expired_and_is_still_there_is_told_as_a_delete) {
    set("key", "value", now + 1);
    ++now;
    const auto told = all();
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST((told[0].kind == backend::effect_kind::erase));
    BOOST_TEST(told[0].stamp == sink.effects[0].stamp);
    BOOST_TEST((told[0].key == "key" && told[0].value.empty() && told[0].expires_at == 0));
}

BOOST_AUTO_TEST_CASE(what_the_partner_has_needs_no_tombstone_when_it_expires) {
    set("key", "value", now + 1);
    data.forget_tombstones(sink.effects[0].stamp + 1, 0);
    data.forget_tombstones(sink.effects[0].stamp, 0);  // what the partner has it keeps
    ++now;
    BOOST_TEST(all().empty());
    BOOST_TEST(!has("key"));
    BOOST_TEST(data.stats().tombstones == 0U);
    BOOST_TEST(data.tombstone_floor() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_too_old_to_be_remembered_raises_the_floor_when_it_expires) {
    for (const auto* key : {"found", "passed"}) set(key, "value", now + 1);
    const auto found = sink.effects[0].stamp;
    const auto passed = sink.effects[1].stamp;
    data.forget_tombstones(found, passed + 1);
    BOOST_TEST(data.tombstone_floor() == 0U);
    now += 100;
    // A walk tells of what is still there.
    const auto told = all();
    BOOST_REQUIRE(told.size() == 2U);
    for (const auto& each : told) BOOST_TEST((each.kind == backend::effect_kind::erase));
    BOOST_TEST(!has("found"));
    BOOST_TEST(data.tombstone_floor() == found + 1);
    while (data.expire_some(now, 10)) {
    }
    BOOST_TEST(data.tombstone_floor() == passed + 1);
    BOOST_TEST(data.stats().tombstones == 0U);
    BOOST_TEST(all().empty());
}

BOOST_AUTO_TEST_CASE(what_was_too_old_by_a_clock_that_was_ahead_is_remembered_again) {
    set("key", "value", now + 1);
    data.forget_tombstones(0, backend::version_at(now + 3'600'000));
    data.forget_tombstones(0, backend::version_at(now - 1000));
    now += 100;
    BOOST_TEST(!has("key"));
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_TEST(data.tombstone_floor() == 0U);
}

BOOST_AUTO_TEST_CASE(many_that_expire_at_once_keep_to_the_memory_of_tombstones) {
    for (int i = 0; i < 20'000; ++i) set(std::to_string(i), "value", now + 1);
    const auto first = sink.effects.front().stamp;
    now += 100;
    while (data.expire_some(now, 64)) {
    }
    BOOST_TEST(data.size() == 0U);
    BOOST_TEST(data.stats().tombstones > 5000U);
    BOOST_TEST(data.stats().tombstones < 10'000U);
    BOOST_TEST(data.tombstone_floor() > first);
}

BOOST_AUTO_TEST_CASE(eviction_leaves_no_tombstone) {
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
    data.forget_tombstones(third, 0);
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_TEST(data.tombstone_floor() == second + 1);
    data.forget_tombstones(third - 1, second);
    BOOST_TEST(data.tombstone_floor() == second + 1);
    data.forget_tombstones(0, third + 1);
    BOOST_TEST(data.stats().tombstones == 0U);
    BOOST_TEST(data.used_memory() == empty);
}

BOOST_AUTO_TEST_CASE(the_floor_stays_where_nothing_was_forgotten) {
    set("key", "value");
    const auto later = backend::version_at(now + 1000);
    data.forget_tombstones(later, later);
    BOOST_TEST(data.tombstone_floor() == 0U);
}

BOOST_AUTO_TEST_CASE(deleting_an_absent_key_is_told_and_remembered) {
    erase("absent");
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_REQUIRE(sink.effects.size() == 1U);
    BOOST_TEST((sink.effects[0].kind == backend::effect_kind::erase));
    BOOST_TEST(!data.merge(set_effect(sink.effects[0].stamp - 1, "absent", "late"), now));
}

BOOST_AUTO_TEST_CASE(deleting_again_beats_what_the_partner_has_set_meanwhile) {
    erase("key");
    ++now;
    const auto meanwhile = backend::version_at(now);
    ++now;
    erase("key");
    BOOST_REQUIRE(sink.effects.size() == 2U);
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_TEST(!data.merge(set_effect(meanwhile, "key", "value"), now));
    BOOST_TEST(!has("key"));
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
