#include "backend/store/group.hpp"

#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <future>
#include <random>
#include <thread>

using backend_test::one_store;

namespace {

constexpr std::array<std::string_view, 6> accounts{"a", "b", "c", "d", "e", "f"};
constexpr int opening_balance = 1000;

int balance(backend::store& data, std::string_view key) {
    auto found = data.open(key, 1);
    return found.exists() ? std::stoi(std::string(found.value())) : 0;
}

/// Moves one from account to account, both held.
void transfer(backend::store& data, std::mt19937& random) {
    const std::array<std::string_view, 2> keys{accounts[random() % 6], accounts[random() % 6]};
    const auto both = data.hold(keys, 1);
    const int taken = balance(data, keys[0]) - 1;
    data.open(keys[0], 1).set(std::to_string(taken), 0);
    const int given = balance(data, keys[1]) + 1;
    data.open(keys[1], 1).set(std::to_string(given), 0);
}

int total(backend::store& data) {
    int sum = 0;
    const auto all = data.hold_all(1);
    for (const auto key : accounts) sum += balance(data, key);
    return sum;
}

std::uint64_t fill(one_store& store) {
    std::uint64_t i = 0;
    while (store.data.stats().evicted == 0) store.set("fill" + std::to_string(i++), "value");
    return i;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(group_test, one_store)

BOOST_AUTO_TEST_CASE(keys_of_a_group_are_read_and_written_as_ever) {
    {
        const auto held = data.hold(accounts, now);
        BOOST_TEST(set("a", "1"));
        BOOST_TEST(set("f", "2"));
        BOOST_TEST(get("a").value() == "1");
        erase("a");
        BOOST_TEST(!has("a"));
    }
    BOOST_TEST(!has("a"));
    BOOST_TEST(get("f").value() == "2");
    BOOST_TEST(sink.effects.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_key_named_twice_and_keys_of_one_shard_are_locked_once) {
    one_store single({.shards = 1});
    const std::array<std::string_view, 3> keys{"a", "b", "a"};
    const auto held = single.data.hold(keys, 1);
    BOOST_TEST(single.set("a", "1"));
    BOOST_TEST(single.set("b", "1"));
}

BOOST_AUTO_TEST_CASE(a_group_of_no_keys_holds_nothing) {
    {
        const auto held = data.hold({}, now);
    }
    BOOST_TEST(set("a", "1"));
}

BOOST_AUTO_TEST_CASE(a_group_within_a_group_holds_nothing_more_and_releases_nothing) {
    std::atomic<bool> written{false};
    std::thread other;
    {
        const auto outer = data.hold(accounts, now);
        {
            const auto inner = data.hold(std::span(accounts).first(2), now);
        }
        std::promise<void> begun;
        other = std::thread([&] {
            begun.set_value();
            data.open("a", now).set("other", 0);
            written = true;
        });
        begun.get_future().wait();
        bool unseen = true;
        for (int i = 0; i < 1000; ++i) {
            std::this_thread::yield();
            unseen = unseen && !has("a");
        }
        BOOST_TEST(unseen);
        BOOST_TEST(!written);
    }
    other.join();
    BOOST_TEST(get("a").value() == "other");
}

BOOST_AUTO_TEST_CASE(everything_may_be_flushed_counted_and_scanned_while_all_is_held) {
    set("a", "1");
    set("b", "2", now + 10);
    const auto held = data.hold_all(now);
    BOOST_TEST(data.size() == 2U);
    BOOST_TEST(data.stats().keys_with_expiry == 1U);
    BOOST_TEST(all().size() == 2U);
    data.flush(now);
    BOOST_TEST(data.size() == 0U);
    BOOST_TEST(set("c", "3"));
}

BOOST_AUTO_TEST_CASE(a_group_of_one_store_is_nothing_to_another) {
    one_store neighbour;
    const auto held = data.hold(accounts, now);
    BOOST_TEST(neighbour.set("any", "1"));
    BOOST_TEST(neighbour.data.size() == 1U);
}

BOOST_AUTO_TEST_CASE(eviction_waits_for_the_end_of_the_group) {
    one_store full({.memory = 256UL << 10U});
    fill(full);
    const auto limit = full.data.memory_limit();
    const auto evicted = full.data.stats().evicted;
    {
        const auto held = full.data.hold_all(full.now);
        for (const auto key : accounts) full.set(key, std::string(10'000, 'x'));
        BOOST_TEST(full.data.stats().evicted == evicted);
        for (const auto key : accounts) BOOST_TEST(full.has(key));
    }
    BOOST_TEST(full.data.stats().evicted > evicted);
    BOOST_TEST(full.data.used_memory() <= limit);
}

BOOST_AUTO_TEST_CASE(the_limit_may_change_while_all_is_held) {
    constexpr std::uint64_t limit = 256UL << 10U;
    one_store full({.memory = 2 * limit});
    fill(full);
    {
        const auto held = full.data.hold_all(full.now);
        full.data.set_memory_limit(limit, full.now);
        BOOST_TEST(full.data.used_memory() > limit);
        BOOST_TEST(!full.set("a", std::string(limit, 'x')));
    }
    BOOST_TEST(full.data.used_memory() <= limit);
}

BOOST_AUTO_TEST_CASE(a_group_that_wrote_nothing_evicts_nothing) {
    one_store full({.memory = 256UL << 10U});
    fill(full);
    const auto evicted = full.data.stats().evicted;
    {
        const auto held = full.data.hold_all(full.now);
        full.get("fill1");
    }
    BOOST_TEST(full.data.stats().evicted == evicted);
}

BOOST_AUTO_TEST_CASE(groups_of_several_threads_are_atomic_and_never_stop_each_other) {
    // Without the recording sink: several threads tell at once.
    backend::store shared_data({.memory = 200UL << 10U}, clock, nullptr);
    for (const auto key : accounts) {
        shared_data.open(key, 1).set(std::to_string(opening_balance), 0);
    }
    std::atomic<bool> balanced{true};
    const auto work = [&](unsigned seed) {
        std::mt19937 random(seed);
        for (int i = 0; i < 4000; ++i) {
            transfer(shared_data, random);
            if (i % 8 == 0 && total(shared_data) != 6 * opening_balance) balanced = false;
            shared_data.open("other" + std::to_string(random() % 64), 1).set("value", 0);
        }
    };
    std::thread one(work, 1);
    std::thread two(work, 2);
    work(3);
    one.join();
    two.join();
    BOOST_TEST(balanced);
    BOOST_TEST(total(shared_data) == 6 * opening_balance);
}

BOOST_AUTO_TEST_CASE(eviction_groups_and_changes_of_the_limit_never_stop_each_other) {
    backend::store small({.memory = 128UL << 10U}, clock, nullptr);
    const auto work = [&](unsigned seed) {
        std::mt19937 random(seed);
        for (int i = 0; i < 4000; ++i) {
            const std::string first = std::to_string(random() % 500);
            const std::string second = std::to_string(random() % 500);
            const std::array<std::string_view, 2> keys{first, second};
            const std::string value(random() % 2000, 'x');
            if (i % 400 == 0) small.set_memory_limit((96 + random() % 64) << 10U, 1);
            if (i % 3 == 0) {
                small.open(first, 1).set(value, 0);
                continue;
            }
            const auto both = small.hold(keys, 1);
            small.open(first, 1).set(value, 0);
            small.open(second, 1).set(value, 0);
        }
    };
    std::thread one(work, 1);
    std::thread two(work, 2);
    one.join();
    two.join();
    BOOST_TEST(small.used_memory() <= small.memory_limit());
    BOOST_TEST(small.stats().evicted > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
