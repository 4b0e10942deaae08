#include "backend/replication/restore.hpp"

#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using backend::effect_kind;
using backend_test::kept_effect;
using backend_test::one_store;

namespace {

backend::store_options options(bool tombstones) {
    return {.memory = 1UL << 20U, .shards = 4, .tombstones = tombstones, .absent_deletes = true};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restore_test)

BOOST_AUTO_TEST_CASE(a_log_in_its_order_gives_the_same_data_again) {
    for (const bool tombstones : {false, true}) {
        one_store lived(options(tombstones));
        for (int i = 0; i < 200; ++i) lived.set(std::to_string(i % 70), std::to_string(i));
        for (int i = 0; i < 70; i += 3) lived.erase(std::to_string(i));
        one_store again(options(tombstones));
        backend::restorer restorer(again.data, tombstones);
        for (const auto& each : lived.sink.effects) restorer.apply(each.view(), again.now);
        for (int i = 0; i < 70; ++i)
            BOOST_TEST((again.get(std::to_string(i)) == lived.get(std::to_string(i))));
        BOOST_TEST(again.sink.effects.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_note_that_cannot_be_read_says_nothing_of_what_was_seen) {
    one_store again(options(true));
    backend::restorer restorer(again.data, true);
    std::string room;
    restorer.apply(backend::seen_note({.seen = 400, .run = 12}, room), again.now);
    BOOST_TEST((restorer.seen() == backend::progress{400, 12}));
    auto note = backend::seen_note({.seen = 500, .run = 34}, room);
    note.key = "34x";
    restorer.apply(note, again.now);
    BOOST_TEST((restorer.seen() == backend::progress{}));
}

BOOST_AUTO_TEST_CASE(what_was_dropped_stays_away_and_what_the_partner_sent_then_is_there) {
    one_store again(options(true));
    backend::restorer restorer(again.data, true);
    const auto old = [](std::string_view key, backend::version stamp) {
        return backend::effect{
            .kind = effect_kind::set, .stamp = stamp, .key = key, .value = "old"};
    };
    std::string room;
    restorer.apply(old("deleted there", 100), again.now);
    restorer.apply(old("newer", 300), again.now);
    restorer.apply(backend::seen_note({.seen = 90, .run = 1}, room), again.now);
    restorer.apply(backend::drop_note(200), again.now);
    BOOST_TEST((restorer.seen() == backend::progress{}));
    restorer.apply(old("of the partner", 110), again.now);
    BOOST_TEST(!again.has("deleted there"));
    BOOST_TEST(again.has("newer"));
    BOOST_TEST(again.has("of the partner"));
    restorer.apply(backend::seen_note({.seen = 80, .run = 1}, room), again.now);
    BOOST_TEST((restorer.seen() == backend::progress{80, 1}));
}

BOOST_AUTO_TEST_CASE(a_delete_of_what_is_absent_is_remembered_for_the_partner) {
    one_store again(options(true));
    backend::restorer(again.data, true)
        .apply({.kind = effect_kind::erase, .stamp = 500, .key = "k"}, again.now);
    BOOST_TEST(!again.has("k"));
    BOOST_TEST(again.data.stats().tombstones == 1U);
    again.data.merge({.kind = effect_kind::set, .stamp = 498, .key = "k", .value = "old"},
                     again.now);
    BOOST_TEST(!again.has("k"));
    again.data.merge({.kind = effect_kind::set, .stamp = 502, .key = "k", .value = "new"},
                     again.now);
    BOOST_TEST(*again.get("k") == "new");
}

BOOST_AUTO_TEST_CASE(what_has_expired_meanwhile_keeps_out_what_it_had_replaced) {
    for (const bool tombstones : {false, true}) {
        one_store again(options(tombstones));
        backend::restorer restorer(again.data, tombstones);
        for (const auto* key : {"there", "absent"}) {
            if (*key == 't')
                restorer.apply({.kind = effect_kind::set, .stamp = 400, .key = key}, again.now);
            restorer.apply(
                {.kind = effect_kind::set, .stamp = 500, .expires_at = again.now, .key = key},
                again.now);
            BOOST_TEST(!again.has(key));
            again.data.merge({.kind = effect_kind::set, .stamp = 498, .key = key}, again.now);
            BOOST_TEST(again.has(key) == !tombstones);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_older_delete_takes_nothing_newer) {
    one_store again(options(true));
    const backend::effect newer{.kind = effect_kind::set, .stamp = 600, .key = "k", .value = "v"};
    backend::restorer restorer(again.data, true);
    restorer.apply(newer, again.now);
    for (const backend::version stamp : {500U, 599U, 600U})
        restorer.apply({.kind = effect_kind::erase, .stamp = stamp, .key = "k"}, again.now);
    BOOST_TEST(*again.get("k") == "v");
}

BOOST_AUTO_TEST_CASE(without_tombstones_a_delete_of_what_is_absent_is_told_for_the_log) {
    one_store lived(options(false));
    lived.erase("evicted");
    BOOST_TEST_REQUIRE(lived.sink.effects.size() == 1U);
    BOOST_TEST((lived.sink.effects[0].kind == effect_kind::erase));
    one_store without({.memory = 1UL << 20U, .shards = 4});
    without.erase("evicted");
    BOOST_TEST(without.sink.effects.empty());
}

BOOST_AUTO_TEST_CASE(a_merge_tells_the_log_what_it_has_changed_and_nothing_else) {
    one_store lived(options(true));
    backend_test::recording_sink log;
    const auto merge = [&](effect_kind kind, backend::version stamp) {
        lived.data.merge({.kind = kind, .stamp = stamp, .key = "k", .value = ""}, lived.now, &log);
    };
    merge(effect_kind::set, 500);
    merge(effect_kind::set, 400);
    merge(effect_kind::erase, 600);
    merge(effect_kind::flush, 700);
    merge(effect_kind::flush, 650);
    merge(effect_kind::mark, 800);
    BOOST_TEST_REQUIRE(log.effects.size() == 3U);
    BOOST_TEST(log.effects[0].stamp == 500U);
    BOOST_TEST(log.effects[1].stamp == 600U);
    BOOST_TEST(log.effects[2].stamp == 700U);
    BOOST_TEST(lived.sink.effects.empty());
}

BOOST_AUTO_TEST_CASE(a_scan_gives_all_that_makes_the_same_store_again) {
    one_store lived(options(true));
    for (int i = 0; i < 300; ++i) lived.set(std::to_string(i), std::to_string(i * i));
    for (int i = 0; i < 300; i += 4) lived.erase(std::to_string(i));
    lived.data.forget_tombstones(lived.sink.effects[310].stamp, 0);
    std::vector<kept_effect> written;
    auto scan = backend::scan_for_log(lived.data, {4321, 99}, [&] { return lived.now; });
    const auto keep = [&](const backend::effect& what) { written.emplace_back(what); };
    while (scan(keep)) {
    }
    one_store again(options(true));
    backend::restorer restorer(again.data, true);
    for (const auto& each : written) restorer.apply(each.view(), again.now);
    BOOST_TEST((restorer.seen() == backend::progress{4321, 99}));
    BOOST_TEST(again.data.tombstone_floor() == lived.data.tombstone_floor());
    BOOST_TEST(again.data.stats().tombstones == lived.data.stats().tombstones);
    for (int i = 0; i < 300; ++i)
        BOOST_TEST((again.get(std::to_string(i)) == lived.get(std::to_string(i))));
}

BOOST_AUTO_TEST_CASE(a_store_without_tombstones_has_no_floor) {
    one_store again(options(false));
    backend::restorer restorer(again.data, false);
    restorer.apply({.kind = effect_kind::mark, .stamp = 77, .value = "log-floor"}, again.now);
    restorer.apply({.kind = effect_kind::mark, .stamp = 99, .value = "something else"}, again.now);
    BOOST_TEST(again.data.tombstone_floor() == 0U);
    BOOST_TEST((restorer.seen() == backend::progress()));
}

BOOST_AUTO_TEST_SUITE_END()
