#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <numeric>

using backend::effect;
using backend::effect_kind;
using backend::version;
using backend_test::erase_effect;
using backend_test::flush_effect;
using backend_test::kept_effect;
using backend_test::one_store;
using backend_test::set_effect;

namespace {

constexpr backend::store_options paired{.memory = 1 << 20, .tombstones = true};

struct paired_store : one_store {
    explicit paired_store(unsigned side = 0) : one_store(paired, side) {}
    bool merge(const effect& what) { return data.merge(what, now); }
};

std::map<std::string, std::string> contents(one_store& of) {
    std::map<std::string, std::string> found;
    for (const auto& each : of.all()) {
        if (each.kind == effect_kind::set) found[each.key] = each.value;
    }
    return found;
}

// Each step is one of a client's changes at one side.
using step = void (*)(one_store&);
struct side_step {
    unsigned side;
    step change;
};

const std::vector<side_step> script{
    {0, [](one_store& at) { at.set("k", "one"); }},
    {1, [](one_store& at) { at.set("k", "two"); }},
    {0, [](one_store& at) { at.erase("k"); }},
    {1, [](one_store& at) { at.set("other", "x"); }},
    {1, [](one_store& at) { at.data.flush(at.now); }},
    {0, [](one_store& at) { at.set("k", "three", at.now + 1000); }},
    {1, [](one_store& at) { at.erase("k"); }},
};

/// Runs the chosen steps in their order, each side in a world of its own, delivering the partner's
/// effects in order of their origin at the moments that `delivered` tells; then delivers the rest.
void run(const std::vector<std::size_t>& order, unsigned delivered) {
    paired_store side[2] = {paired_store(0), paired_store(1)};
    std::size_t sent[2] = {0, 0};
    const auto deliver_one = [&](unsigned from) {
        if (sent[from] == side[from].sink.effects.size()) return false;
        side[1 - from].merge(side[from].sink.effects[sent[from]++].view());
        return true;
    };
    for (std::size_t i = 0; i < order.size(); ++i) {
        script[order[i]].change(side[script[order[i]].side]);
        ++side[0].now;
        ++side[1].now;
        if ((delivered >> (2 * i) & 1U) != 0) deliver_one(0);
        if ((delivered >> (2 * i + 1) & 1U) != 0) deliver_one(1);
    }
    while (deliver_one(delivered & 1U) || deliver_one(1 - (delivered & 1U))) {
    }
    BOOST_REQUIRE((contents(side[0]) == contents(side[1])));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(merge_test, paired_store)

BOOST_AUTO_TEST_CASE(a_newer_set_wins_and_an_older_one_is_ignored) {
    BOOST_TEST(merge(set_effect(20, "key", "second", now + 5)));
    BOOST_TEST(!merge(set_effect(10, "key", "first")));
    BOOST_TEST(get("key").value() == "second");
    BOOST_TEST(data.open("key", now).stamp() == 20U);
    BOOST_TEST(data.open("key", now).expires_at() == now + 5);
    BOOST_TEST(merge(set_effect(30, "key", "third")));
    BOOST_TEST(get("key").value() == "third");
    BOOST_TEST(data.open("key", now).expires_at() == 0);
}

BOOST_AUTO_TEST_CASE(the_same_effect_twice_changes_nothing) {
    BOOST_TEST(merge(set_effect(20, "key", "value")));
    BOOST_TEST(!merge(set_effect(20, "key", "value")));
    BOOST_TEST(merge(erase_effect(21, "key")));
    BOOST_TEST(!merge(erase_effect(21, "key")));
    BOOST_TEST(!merge(set_effect(20, "key", "value")));
}

BOOST_AUTO_TEST_CASE(of_two_effects_of_one_version_both_sides_take_the_same) {
    // Each is beaten by all behind it.
    const std::vector<effect> rising{erase_effect(20, "key"),
                                     set_effect(20, "key", ""),
                                     set_effect(20, "key", "a", now + 9),
                                     set_effect(20, "key", "a"),
                                     set_effect(20, "key", "aa", now + 5),
                                     set_effect(20, "key", "b", now + 5),
                                     set_effect(20, "key", "b", now + 6),
                                     set_effect(20, "key", "b")};
    for (std::size_t lesser = 0; lesser < rising.size(); ++lesser) {
        for (std::size_t greater = lesser + 1; greater < rising.size(); ++greater) {
            paired_store one(0);
            paired_store other(1);
            BOOST_TEST((one.merge(rising[lesser]) && one.merge(rising[greater])));
            BOOST_TEST((other.merge(rising[greater]) && !other.merge(rising[lesser])));
            for (auto* each : {&one, &other}) {
                BOOST_TEST(!each->merge(rising[greater]));
                const auto at = each->data.open("key", now);
                BOOST_REQUIRE(at.exists());
                BOOST_TEST(at.value() == rising[greater].value);
                BOOST_TEST(at.expires_at() == rising[greater].expires_at);
                BOOST_TEST(at.stamp() == 20U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_as_old_as_a_flush_stays_on_both_sides) {
    paired_store one(0);
    paired_store other(1);
    one.merge(set_effect(20, "key", "value"));
    one.merge(flush_effect(20));
    other.merge(flush_effect(20));
    BOOST_TEST(other.merge(set_effect(20, "key", "value")));
    BOOST_TEST((contents(one) == contents(other)));
    BOOST_TEST(one.has("key"));
}

BOOST_AUTO_TEST_CASE(what_expired_by_a_clock_that_was_ahead_is_taken_back_from_the_partner) {
    const auto told = set_effect(20, "key", "value", now + 1000);
    merge(told);
    now += 2000;
    BOOST_TEST(!has("key"));
    BOOST_TEST(!merge(told));
    now -= 2000;
    BOOST_TEST(data.stats().tombstones == 1U);
    BOOST_TEST(merge(told));
    BOOST_TEST(get("key").value() == "value");
    BOOST_TEST(!merge(erase_effect(20, "key")));
}

BOOST_AUTO_TEST_CASE(merging_is_not_told_and_a_mark_changes_nothing) {
    merge(set_effect(20, "key", "value"));
    merge(erase_effect(21, "key"));
    merge(flush_effect(22));
    BOOST_TEST(!merge({.kind = effect_kind::mark, .stamp = 23, .value = "note"}));
    BOOST_TEST(sink.effects.empty());
}

BOOST_AUTO_TEST_CASE(the_next_version_is_newer_than_any_merged_one) {
    const version future = backend::version_at(now + 100'000);
    std::vector<effect> effects{set_effect(future, "a", "x"),
                                erase_effect(future + 1000, "b"),
                                flush_effect(future + 2000),
                                {.kind = effect_kind::mark, .stamp = future + 3000}};
    for (const auto& each : effects) {
        merge(each);
        set("local", "value");
        BOOST_TEST(sink.effects.back().stamp > each.stamp);
    }
}

BOOST_AUTO_TEST_CASE(a_delete_leaves_a_tombstone_be_the_key_there_or_not) {
    BOOST_TEST(merge(erase_effect(20, "absent")));
    BOOST_TEST(!merge(set_effect(19, "absent", "of a log without its end")));
    BOOST_TEST(data.stats().tombstones == 1U);
    merge(set_effect(30, "key", "value"));
    BOOST_TEST(!merge(erase_effect(29, "key")));
    BOOST_TEST(merge(erase_effect(40, "key")));
    BOOST_TEST(data.stats().tombstones == 2U);
    BOOST_TEST(merge(erase_effect(50, "key")));
    BOOST_TEST(!merge(set_effect(45, "key", "late")));
    BOOST_TEST(data.stats().tombstones == 2U);
}

BOOST_AUTO_TEST_CASE(a_set_that_has_expired_is_not_held_but_beats_what_is_older) {
    BOOST_TEST(merge(set_effect(10, "absent", "value", now)));
    BOOST_TEST(data.size() == 0U);
    BOOST_TEST(!merge(set_effect(9, "absent", "replaced")));
    BOOST_TEST(!merge(set_effect(10, "absent", "value", now)));
    merge(set_effect(20, "key", "value"));
    BOOST_TEST(!merge(set_effect(19, "key", "older", now - 1)));
    BOOST_TEST(has("key"));
    BOOST_TEST(merge(set_effect(21, "key", "newer", now - 1)));
    BOOST_TEST(!merge(set_effect(20, "key", "value")));
    BOOST_TEST(!has("key"));
    BOOST_TEST(data.stats().tombstones == 2U);
    BOOST_TEST(data.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_set_that_has_expired_is_no_arrival_for_who_watches_the_absent_key) {
    const auto before = data.open("key", now).watch_absence();
    BOOST_TEST(merge(set_effect(10, "key", "value", now)));
    BOOST_TEST(data.open("key", now).end_absence_watch() == before);
}

BOOST_AUTO_TEST_CASE(a_flush_removes_what_is_older_and_keeps_what_is_newer) {
    merge(set_effect(10, "old", "value"));
    merge(set_effect(30, "new", "value"));
    BOOST_TEST(merge(flush_effect(20)));
    BOOST_TEST(!has("old"));
    BOOST_TEST(has("new"));
    BOOST_TEST(data.size() == 1U);
    BOOST_TEST(!merge(set_effect(15, "late", "value")));
    BOOST_TEST(merge(set_effect(25, "later", "value")));
    BOOST_TEST(!merge(flush_effect(20)));
    BOOST_TEST(!merge(flush_effect(12)));
    BOOST_TEST(has("later"));
}

BOOST_AUTO_TEST_CASE(merging_evicts_like_a_write) {
    for (version i = 1; i <= 3000; ++i) {
        BOOST_REQUIRE(merge(set_effect(i, std::to_string(i), std::string(1000, 'x'))));
        BOOST_REQUIRE(data.used_memory() <= data.memory_limit());
    }
    BOOST_TEST(data.stats().evicted > 1000U);
    BOOST_TEST(has("3000"));
    BOOST_TEST(!has("1"));
}

BOOST_AUTO_TEST_CASE(a_newer_value_that_does_not_fit_removes_the_older_one) {
    merge(set_effect(10, "key", "value"));
    const std::string large(2 << 20, 'x');
    BOOST_TEST(!merge(set_effect(5, "key", large)));
    BOOST_TEST(has("key"));
    BOOST_TEST(merge(set_effect(20, "key", large)));
    BOOST_TEST(!has("key"));
    BOOST_TEST(!merge(set_effect(20, "key", large)));
}

BOOST_AUTO_TEST_CASE(the_newest_wins_in_any_order_of_arrival) {
    // With the key present, as a delete of an absent key is not remembered.
    const std::vector<effect> effects{set_effect(20, "key", "a"), erase_effect(30, "key"),
                                      set_effect(40, "key", "b"), flush_effect(45),
                                      set_effect(50, "key", "c"), set_effect(60, "key", "d")};
    for (std::size_t newest = 0; newest < effects.size(); ++newest) {
        std::vector<std::size_t> order(newest + 1);
        std::iota(order.begin(), order.end(), 0U);
        do {
            paired_store cache;
            cache.merge(set_effect(10, "key", "first"));
            for (const std::size_t i : order) cache.merge(effects[i]);
            const bool present = effects[newest].kind == effect_kind::set;
            BOOST_REQUIRE(cache.has("key") == present);
            if (present) BOOST_REQUIRE(cache.get("key").value() == effects[newest].value);
        } while (std::next_permutation(order.begin(), order.end()));
    }
}

BOOST_AUTO_TEST_CASE(both_sides_converge_whatever_is_done_and_whenever_it_arrives) {
    std::vector<std::size_t> order(script.size());
    std::iota(order.begin(), order.end(), 0U);
    unsigned delivered = 1;
    int turn = 0;
    do {
        // Every order of the steps, each with a few of the ways to deliver.
        for (int i = 0; i < 2; ++i) {
            delivered = delivered * 1664525U + 1013904223U;
            run(order, delivered >> 8U);
        }
        if (++turn % 500 == 0) run(order, 0);
    } while (std::next_permutation(order.begin(), order.end()));
}

BOOST_AUTO_TEST_CASE(a_full_exchange_makes_both_sides_equal) {
    paired_store one(0);
    paired_store other(1);
    for (int i = 0; i < 300; ++i) {
        one.set(std::to_string(i), "one");
        other.merge(one.sink.effects.back().view());
    }
    for (int i = 0; i < 300; i += 3) one.erase(std::to_string(i));
    for (int i = 0; i < 300; i += 5) other.set(std::to_string(i), "other");
    for (int i = 0; i < 300; i += 7) other.erase(std::to_string(i));
    const auto from_one = one.all();
    for (const auto& each : other.all()) one.merge(each.view());
    for (const auto& each : from_one) other.merge(each.view());
    BOOST_TEST((contents(one) == contents(other)));
    one.data.flush(one.now + 1);
    for (const auto& each : one.all()) other.merge(each.view());
    BOOST_TEST(contents(other).empty());
}

BOOST_AUTO_TEST_SUITE_END()
