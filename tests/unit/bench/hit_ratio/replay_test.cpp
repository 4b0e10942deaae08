#include "tests/bench/hit_ratio/replay.hpp"

#include "backend/store/eviction_policies.hpp"
#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <vector>

using bench::replay;

namespace {

std::uint64_t key(std::uint64_t number) {
    return shared::xxh3({reinterpret_cast<const char*>(&number), sizeof number});
}

/// Exact LRU as simply as it can be said.
class model {
  public:
    explicit model(std::size_t capacity) : capacity_(capacity) {}
    bool request(std::uint64_t which) {
        const bool hit = std::erase(order_, which) != 0;
        order_.push_back(which);
        if (order_.size() > capacity_) order_.erase(order_.begin());
        return hit;
    }

  private:
    std::size_t capacity_;
    std::vector<std::uint64_t> order_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(replay_test)

BOOST_AUTO_TEST_CASE(lru_is_exact_whatever_the_number_of_shards) {
    for (const unsigned shards : {1U, 2U, 16U}) {
        replay cache({.policy = "lru", .capacity = 50, .shards = shards});
        model expected(50);
        std::mt19937 random(7);
        for (int i = 0; i < 20'000; ++i) {
            const std::uint64_t number = std::min(random() % 200, random() % 200);
            BOOST_REQUIRE(cache.request(key(number), 1) == expected.request(number));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_policy_holds_more_than_the_capacity_or_loses_what_has_room) {
    for (const auto name : backend::eviction_names) {
        for (const unsigned shards : {1U, 16U}) {
            replay cache({.policy = name, .capacity = 100, .shards = shards});
            for (std::uint64_t i = 0; i < 100; ++i) BOOST_REQUIRE(!cache.request(key(i), 1));
            for (std::uint64_t i = 0; i < 100; ++i) BOOST_REQUIRE(cache.request(key(i), 1));
            for (std::uint64_t i = 0; i < 5000; ++i) {
                cache.request(key(i % 333), 1);
                BOOST_REQUIRE(cache.entries() == 100U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(with_sizes_the_capacity_is_in_bytes) {
    for (const auto name : backend::eviction_names) {
        replay cache({.policy = name, .capacity = 100'000, .by_bytes = true, .shards = 4});
        std::mt19937 random(3);
        for (int i = 0; i < 20'000; ++i) {
            const std::uint64_t number = std::min(random() % 1000, random() % 1000);
            cache.request(key(number), 1 + random() % (i % 2 == 0 ? 300 : 3000));
            BOOST_REQUIRE(cache.bytes() <= 100'000U);
        }
        BOOST_TEST(cache.bytes() > 96'000U);
    }
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_the_capacity_is_not_kept) {
    replay cache({.policy = "lru", .capacity = 100, .by_bytes = true});
    BOOST_TEST(!cache.request(key(1), 101));
    BOOST_TEST(!cache.request(key(1), 100));
    BOOST_TEST(cache.request(key(1), 101));
    BOOST_TEST(cache.entries() == 0U);
    BOOST_TEST(cache.bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(a_policy_that_does_not_exist_is_refused) {
    BOOST_CHECK_THROW(replay({.policy = "none", .capacity = 1}), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
