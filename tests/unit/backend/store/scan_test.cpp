#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using backend::effect;
using backend::effect_kind;
using backend_test::one_store;

namespace {

std::string key_of(const char* prefix, int i) {
    return prefix + std::to_string(i);
}

struct with_tombstones : one_store {
    with_tombstones() : one_store({.memory = 64 << 20, .tombstones = true}) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(scan_test, with_tombstones)

BOOST_AUTO_TEST_CASE(an_empty_store_has_nothing_to_show) {
    BOOST_TEST(all().empty());
}

BOOST_AUTO_TEST_CASE(entries_and_tombstones_are_shown_as_effects) {
    set("key", "value", now + 50);
    set("gone", "value");
    erase("gone");
    const auto seen = all();
    BOOST_REQUIRE(seen.size() == 2U);
    const auto& entry = seen[seen[0].key == "key" ? 0 : 1];
    const auto& tombstone = seen[seen[0].key == "key" ? 1 : 0];
    BOOST_TEST((entry.kind == effect_kind::set));
    BOOST_TEST(entry.value == "value");
    BOOST_TEST(entry.stamp == sink.effects[0].stamp);
    BOOST_TEST(entry.expires_at == sink.effects[0].expires_at);
    BOOST_TEST((tombstone.kind == effect_kind::erase));
    BOOST_TEST(tombstone.key == "gone");
    BOOST_TEST(tombstone.stamp == sink.effects[2].stamp);
}

BOOST_AUTO_TEST_CASE(the_newest_flush_is_shown_first_and_once) {
    for (int i = 0; i < 100; ++i) set(key_of("before", i), "value");
    data.flush(now);
    const auto flushed = sink.effects.back().stamp;
    for (int i = 0; i < 100; ++i) set(key_of("after", i), "value");
    const auto seen = all(1);
    BOOST_REQUIRE(seen.size() == 101U);
    BOOST_TEST((seen[0].kind == effect_kind::flush));
    BOOST_TEST(seen[0].stamp == flushed);
    for (std::size_t i = 1; i < seen.size(); ++i) BOOST_TEST((seen[i].kind == effect_kind::set));
}

BOOST_AUTO_TEST_CASE(
    a_flush_that_the_sink_has_not_passed_on_is_shown_even_before_it_takes_anything) {
    // As a link that opens just when the flush has been told, and walks at once.
    struct walking_sink : backend::effect_sink {
        void on_effect(const effect& what) override {
            if (what.kind != effect_kind::flush) return;
            const auto look = [&](const effect& each) {
                if (each.kind == effect_kind::flush && each.stamp == what.stamp) ++shown;
            };
            for (backend::scan_cursor cursor; walked->scan(cursor, 5, look, 1);) {
            }
        }
        backend::store* walked = nullptr;
        int shown = 0;
    } walks;
    backend::store other({.memory = 1 << 20, .tombstones = true}, clock, &walks);
    walks.walked = &other;
    for (int i = 0; i < 100; ++i) other.open(key_of("key", i), now).set("value", 0);
    other.flush(now);
    BOOST_TEST(walks.shown == 1);
    BOOST_TEST(other.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_shows_about_as_many_as_it_was_asked_for) {
    for (int i = 0; i < 5000; ++i) set(key_of("key", i), "value");
    backend::scan_cursor cursor;
    std::size_t total = 0;
    std::size_t shown = 0;
    const auto count = [&](const effect&) { ++shown; };
    bool more = true;
    while (more) {
        shown = 0;
        more = data.scan(cursor, 10, count, now);
        BOOST_REQUIRE(shown < 30U);
        total += shown;
    }
    BOOST_TEST(total == 5000U);
    BOOST_TEST(!data.scan(cursor, 10, count, now));
}

BOOST_AUTO_TEST_CASE(what_stays_is_shown_while_the_table_grows_and_others_are_deleted) {
    for (int i = 0; i < 2000; ++i) {
        set(key_of("stays", i), "value");
        set(key_of("goes", i), "value");
    }
    std::multiset<std::string> seen;
    backend::scan_cursor cursor;
    int changes = 0;
    while (data.scan(cursor, 5, [&](const effect& what) { seen.emplace(what.key); }, now)) {
        for (int i = 0; i < 20; ++i, ++changes) {
            set(key_of("new", changes), "value");
            if (changes < 2000) erase(key_of("goes", changes));
        }
        BOOST_REQUIRE(changes < 1'000'000);
    }
    BOOST_TEST(changes > 8000);
    for (int i = 0; i < 2000; ++i) BOOST_REQUIRE(seen.count(key_of("stays", i)) == 1U);
}

BOOST_AUTO_TEST_CASE(what_stays_is_shown_while_the_table_shrinks) {
    one_store cache;
    for (int i = 0; i < 200; ++i) cache.set(key_of("stays", i), "value");
    for (int i = 0; i < 20'000; ++i) cache.set(key_of("goes", i), "value");
    std::multiset<std::string> seen;
    backend::scan_cursor cursor;
    int removed = 0;
    while (cache.data.scan(
        cursor, 5, [&](const effect& what) { seen.emplace(what.key); }, cache.now)) {
        for (int i = 0; i < 30 && removed < 20'000; ++i) cache.erase(key_of("goes", removed++));
    }
    for (int i = 0; i < 200; ++i) BOOST_REQUIRE(seen.count(key_of("stays", i)) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
