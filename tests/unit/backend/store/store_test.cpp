#include "backend/store/store.hpp"

#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::effect_kind;
using backend_test::one_store;

BOOST_FIXTURE_TEST_SUITE(store_test, one_store)

BOOST_AUTO_TEST_CASE(what_is_set_is_read_back) {
    const std::string binary("\0\r\n\xff", 4);
    BOOST_TEST(set(binary, binary));
    BOOST_TEST(set("", "empty key"));
    BOOST_TEST(set("empty value", ""));
    BOOST_TEST(get(binary).value() == binary);
    BOOST_TEST(get("").value() == "empty key");
    BOOST_TEST(get("empty value").value().empty());
    BOOST_TEST(!get("absent").has_value());
    BOOST_TEST(data.size() == 3U);
}

BOOST_AUTO_TEST_CASE(an_absent_key_has_no_version) {
    auto found = data.open("absent", now);
    BOOST_TEST(!found.exists());
    BOOST_TEST(found.stamp() == 0U);
}

BOOST_AUTO_TEST_CASE(a_value_is_replaced_whatever_the_sizes) {
    for (const std::size_t size : {5U, 6U, 500U, 0U, 300'000U, 3U}) {
        const std::string value(size, 'x');
        BOOST_TEST(set("key", value));
        BOOST_TEST((get("key").value() == value));
        BOOST_TEST(data.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(each_change_has_a_newer_version_and_is_told) {
    set("key", "one", now + 500);
    set("key", "two");
    {
        auto found = data.open("key", now);
        found.set_expiry(now + 100);
        BOOST_TEST(found.expires_at() == now + 100);
        BOOST_TEST(found.value() == "two");
        BOOST_TEST(found.stamp() == sink.effects.back().stamp);
    }
    erase("key");
    BOOST_REQUIRE(sink.effects.size() == 4U);
    for (std::size_t i = 1; i < 4; ++i) {
        BOOST_TEST(sink.effects[i].stamp > sink.effects[i - 1].stamp);
    }
    for (const auto& each : sink.effects) BOOST_TEST(each.key == "key");
    BOOST_TEST(sink.effects[0].value == "one");
    BOOST_TEST(sink.effects[0].expires_at == now + 500);
    BOOST_TEST(sink.effects[1].expires_at == 0);
    BOOST_TEST((sink.effects[2].kind == effect_kind::set));
    BOOST_TEST(sink.effects[2].value == "two");
    BOOST_TEST(sink.effects[2].expires_at == now + 100);
    BOOST_TEST((sink.effects[3].kind == effect_kind::erase));
}

BOOST_AUTO_TEST_CASE(erasing_an_absent_key_is_not_told) {
    erase("absent");
    set("key", "value");
    erase("key");
    erase("key");
    BOOST_TEST(sink.effects.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_access_sees_its_own_changes) {
    auto found = data.open("key", now);
    BOOST_TEST(found.set("one", 0));
    BOOST_TEST(found.exists());
    BOOST_TEST(found.value() == "one");
    found.erase();
    BOOST_TEST(!found.exists());
    BOOST_TEST(found.set("two", now + 1));
    BOOST_TEST(found.value() == "two");
    BOOST_TEST(found.expires_at() == now + 1);
}

BOOST_AUTO_TEST_CASE(a_value_may_be_set_from_a_part_of_itself) {
    const std::string text = "0123456789012345678901234567890123456789";
    set("key", text);
    {
        auto found = data.open("key", now);
        BOOST_TEST(found.set(found.value().substr(1), 0));  // in place
        BOOST_TEST(found.value() == text.substr(1));
        BOOST_TEST(found.set(found.value().substr(30), 0));  // elsewhere
        BOOST_TEST(found.value() == text.substr(31));
    }
    BOOST_TEST(get("key").value() == text.substr(31));
}

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_deletes_the_key) {
    set("one", "value");
    set("two", "value");
    BOOST_TEST(set("one", "new", now));
    data.open("two", now).set_expiry(now - 1);
    BOOST_TEST(!has("one"));
    BOOST_TEST(!has("two"));
    BOOST_TEST(data.size() == 0U);
    BOOST_REQUIRE(sink.effects.size() == 4U);
    BOOST_TEST((sink.effects[2].kind == effect_kind::erase));
    BOOST_TEST((sink.effects[3].kind == effect_kind::erase));
    BOOST_TEST(set("absent", "value", now - 1));
    BOOST_TEST(sink.effects.size() == 4U);
}

BOOST_AUTO_TEST_CASE(hits_and_misses_are_counted) {
    set("key", "value");
    get("key");
    get("key");
    data.open("absent", now).miss();
    const auto stats = data.stats();
    BOOST_TEST(stats.hits == 2U);
    BOOST_TEST(stats.misses == 1U);
    BOOST_TEST(stats.keys == 1U);
}

BOOST_AUTO_TEST_CASE(one_shard_is_enough) {
    one_store single({.shards = 1});
    for (int i = 0; i < 100; ++i) single.set(std::to_string(i), "value");
    BOOST_TEST(single.data.size() == 100U);
    BOOST_TEST(single.all().size() == 100U);
}

BOOST_AUTO_TEST_CASE(there_are_as_many_shards_as_the_memory_is_worth) {
    BOOST_TEST(backend::shards_for(1UL << 20U) == 1U);
    BOOST_TEST(backend::shards_for(15UL << 20U) == 1U);
    BOOST_TEST(backend::shards_for(40UL << 20U) == 4U);
    BOOST_TEST(backend::shards_for(1UL << 40U) == 16U);
}

BOOST_AUTO_TEST_CASE(a_flush_removes_everything_and_is_told_once) {
    for (int i = 0; i < 1000; ++i) set(std::to_string(i), "value", i % 2 == 0 ? now + 100 : 0);
    const auto empty = one_store().data.used_memory();
    data.flush(now);
    BOOST_TEST(data.size() == 0U);
    BOOST_TEST(data.stats().keys_with_expiry == 0U);
    BOOST_TEST(data.used_memory() == empty);
    BOOST_REQUIRE(sink.effects.size() == 1001U);
    BOOST_TEST((sink.effects.back().kind == effect_kind::flush));
    BOOST_TEST(sink.effects.back().stamp > sink.effects[999].stamp);
    BOOST_TEST(set("after", "value"));
    BOOST_TEST(has("after"));
}

BOOST_AUTO_TEST_CASE(entries_older_than_a_floor_are_dropped) {
    set("old", "value");
    set("new", "value");
    const auto told = sink.effects.size();
    data.drop_older_than(sink.effects[1].stamp);
    BOOST_TEST(!has("old"));
    BOOST_TEST(has("new"));
    BOOST_TEST(sink.effects.size() == told);
}

BOOST_AUTO_TEST_SUITE_END()
