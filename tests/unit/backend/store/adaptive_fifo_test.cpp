#include "backend/store/adaptive_fifo.hpp"

#include "tests/unit/backend/store/eviction_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <unordered_set>

using backend::adaptive_fifo_policy;
using backend::queue_pair;
using one_part = backend_test::one_part<adaptive_fifo_policy>;

namespace {

/// A cache of numbers; its capacity is in entries.
class number_cache {
  public:
    explicit number_cache(std::size_t capacity, unsigned shards = 1) : capacity_(capacity) {
        for (unsigned i = 0; i < shards; ++i) {
            parts_.push_back(std::make_unique<backend_test::eviction_part>(policy));
        }
    }

    bool request(std::uint64_t number) {
        const std::string key = std::to_string(number);
        auto& part = *parts_[number * 7 % parts_.size()];
        if (held_.contains(key)) {
            part.use(key);
            return true;
        }
        part.add(key);
        held_.insert(key);
        int steps = 0;
        for (; held_.size() > capacity_; ++steps) {
            if (const auto victim = evict_step(policy, parts_)) held_.erase(*victim);
        }
        longest = std::max(longest, steps);
        return false;
    }
    void remove_all() {
        for (const auto& key : held_) parts_[std::stoull(key) * 7 % parts_.size()]->remove(key);
        held_.clear();
    }
    std::size_t bytes() const {
        std::size_t total = policy.bytes();
        for (const auto& each : parts_) total += each->part->bytes();
        return total;
    }

    /// How many requests of a hundred hit in `rounds` of a loop, and of keys that drift.
    double loop(std::uint64_t length, int rounds) {
        std::size_t hits = 0;
        for (int round = 0; round < rounds; ++round) {
            for (std::uint64_t i = 0; i < length; ++i) hits += request(i) ? 1 : 0;
        }
        return 100.0 * static_cast<double>(hits) / static_cast<double>(length) / rounds;
    }
    double drift(std::uint64_t requests) {
        std::size_t hits = 0;
        for (std::uint64_t i = 0; i < requests; ++i) {
            const std::uint64_t back = std::min(random_() % 400, random_() % 400);
            hits += request(1'000'000 + i / 4 + 400 - back) ? 1 : 0;
        }
        return 100.0 * static_cast<double>(hits) / static_cast<double>(requests);
    }

    adaptive_fifo_policy policy;
    int longest = 0;  // steps to make room for one entry

  private:
    std::size_t capacity_;
    std::vector<std::unique_ptr<backend_test::eviction_part>> parts_;
    std::unordered_set<std::string> held_;
    std::mt19937 random_{3};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(adaptive_fifo_test)

BOOST_AUTO_TEST_CASE(it_begins_by_guarding_what_came_first) {
    one_part held;
    held.add_all("abcdefgh");
    held.add('x');
    BOOST_TEST(held.evict() == 'a');  // the room of the small queue
    for (const char name : std::string_view("ijklmnop")) {
        held.add(name);
        BOOST_TEST(held.evict() == (name == 'i' ? 'x' : name - 1));
    }
}

BOOST_AUTO_TEST_CASE(what_is_used_while_it_waits_is_let_into_the_main_queue) {
    one_part held;
    held.add_all("abcdefgh");
    held.evict();
    held.use('h');
    held.add('i');
    BOOST_TEST(held.evict() == 'b');
    BOOST_TEST(held.queue_of('h') == queue_pair::main);
    BOOST_TEST(held.queue_of('i') == queue_pair::small);
}

BOOST_AUTO_TEST_CASE(of_a_loop_that_is_too_long_a_part_is_kept) {
    for (const unsigned shards : {1U, 16U}) {
        number_cache cache(500, shards);
        cache.loop(1000, 1);
        BOOST_TEST(cache.loop(1000, 20) > 48.0);
        BOOST_TEST(cache.policy.follows(adaptive_fifo_policy::guard));
    }
}

BOOST_AUTO_TEST_CASE(keys_that_drift_are_followed) {
    for (const unsigned shards : {1U, 16U}) {
        number_cache cache(300, shards);
        cache.drift(5000);
        BOOST_TEST(cache.policy.follows(adaptive_fifo_policy::recency));
        BOOST_TEST(cache.drift(20'000) > 50.0);
    }
}

BOOST_AUTO_TEST_CASE(it_changes_its_mind_when_the_load_changes) {
    number_cache cache(400);
    cache.loop(1000, 5);
    for (int i = 0; i < 3; ++i) {
        cache.drift(20'000);
        BOOST_TEST(cache.policy.follows(adaptive_fifo_policy::recency));
        BOOST_TEST(cache.drift(10'000) > 55.0);
        cache.loop(1000, 30);
        BOOST_TEST(cache.policy.follows(adaptive_fifo_policy::guard));
        BOOST_TEST(cache.loop(1000, 10) > 35.0);
    }
}

BOOST_AUTO_TEST_CASE(a_cache_emptied_by_deletes_is_filled_anew) {
    number_cache cache(500);
    cache.loop(1000, 3);
    cache.remove_all();
    cache.loop(1000, 1);
    BOOST_TEST(cache.loop(1000, 20) > 48.0);
}

BOOST_AUTO_TEST_CASE(a_large_cache_is_judged_by_a_sample) {
    number_cache cache(20'000, 16);
    BOOST_TEST(cache.loop(40'000, 8) > 40.0);
    BOOST_TEST(cache.policy.follows(adaptive_fifo_policy::guard));
    // 2 bytes for each key that is remembered, and two miniatures.
    BOOST_TEST(cache.bytes() < 20'000U * 3 + 150'000);
    BOOST_TEST(cache.policy.bytes() < 150'000U);
}

BOOST_AUTO_TEST_CASE(no_eviction_looks_at_more_than_a_thousand_entries) {
    number_cache cache(5000, 16);
    for (int round = 0; round < 4; ++round) cache.loop(5000, 1);
    cache.request(999'999);
    cache.request(999'998);
    BOOST_TEST(cache.longest < 1100);
}

BOOST_AUTO_TEST_CASE(memory_goes_with_the_entries) {
    for (const std::size_t capacity : {1U, 100U, 3000U}) {
        number_cache cache(capacity, 16);
        BOOST_TEST(cache.bytes() == 0U);
        cache.loop(2 * capacity, 3);
        if (capacity == 1) BOOST_TEST(cache.bytes() <= backend::eviction_policy::spare_bytes);
        cache.remove_all();
        BOOST_TEST(cache.bytes() == 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
