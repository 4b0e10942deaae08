#include "backend/store/miniature.hpp"

#include "backend/store/adaptive_fifo.hpp"
#include "backend/store/s3_fifo.hpp"
#include "tests/unit/backend/store/eviction_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <vector>

using backend::adaptive_fifo_policy;
using backend::miniature;
using backend::queue_rules;

namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

/// All of one length.
std::string key_of(std::uint64_t number) {
    return std::to_string(100'000'000 + number);
}
std::uint32_t hash_of(std::uint64_t number) {
    return backend::hash_of(key_of(number));
}

struct fixed_rules final : backend::queue_pair_policy {
    explicit fixed_rules(const queue_rules& rules) : queue_pair_policy(rules) {}
};

/// A whole cache of entries of one size under rules that don't change.
class whole_cache {
  public:
    whole_cache(const queue_rules& rules, std::size_t capacity)
        : policy_(rules), capacity_(capacity) {
        parts_.push_back(std::make_unique<backend_test::eviction_part>(policy_));
    }

    bool request(std::uint64_t number) {
        const std::string key = key_of(number);
        auto& part = *parts_.front();
        if (part.has(key)) {
            part.use(key);
            return true;
        }
        part.add(key);
        while (part.size() > capacity_) evict_step(policy_, parts_);
        return false;
    }

  private:
    fixed_rules policy_;
    std::vector<std::unique_ptr<backend_test::eviction_part>> parts_;
    std::size_t capacity_;
};

/// Skewed keys, a loop, and keys that never come again, mixed.
std::vector<std::uint64_t> mixed_requests(std::size_t count) {
    std::mt19937 random(11);
    std::vector<std::uint64_t> made;
    for (std::uint64_t i = 0; made.size() < count; ++i) {
        const std::uint64_t skewed = std::min({random() % 400, random() % 400, random() % 400});
        made.push_back(i % 4 == 0 ? 1000 + i % 600 : i % 4 == 1 ? 100'000 + i : skewed);
    }
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(miniature_test)

BOOST_AUTO_TEST_CASE(one_of_the_whole_hits_when_the_cache_would) {
    const std::size_t cost = backend::entry::shape{.key_size = 9}.size();
    for (const auto* rules :
         {&backend::s3_fifo_rules, &adaptive_fifo_policy::recency, &adaptive_fifo_policy::guard}) {
        for (const std::size_t capacity : {20U, 100U, 300U}) {
            whole_cache cache(*rules, capacity);
            miniature picture(*rules);
            for (const auto number : mixed_requests(30'000)) {
                BOOST_REQUIRE(picture.request(hash_of(number), cost, capacity * cost, any_number) ==
                              cache.request(number));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_sample_hits_about_as_often_as_the_whole) {
    miniature whole(adaptive_fifo_policy::recency);
    miniature part(adaptive_fifo_policy::recency);
    std::mt19937 random(5);
    std::size_t whole_hits = 0;
    std::size_t part_hits = 0;
    std::size_t sampled = 0;
    const int requests = 400'000;
    for (int i = 0; i < requests; ++i) {
        const std::uint64_t number = std::min(random() % 20'000, random() % 20'000);
        const auto hash = hash_of(number);
        whole_hits += whole.request(hash, 1, 4000, any_number) ? 1 : 0;
        if ((hash >> 7U) % 4 != 0) continue;
        ++sampled;
        part_hits += part.request(hash, 1, 1000, any_number) ? 1 : 0;
    }
    const double difference = static_cast<double>(whole_hits) / requests -
                              static_cast<double>(part_hits) / static_cast<double>(sampled);
    BOOST_TEST(std::abs(difference) < 0.02);
}

BOOST_AUTO_TEST_CASE(room_is_of_bytes_and_keys_are_bounded_too) {
    miniature picture(backend::s3_fifo_rules);
    for (std::uint64_t i = 0; i < 100; ++i) picture.request(hash_of(i), 10, 500, any_number);
    BOOST_TEST(picture.size() == 50U);
    picture.request(hash_of(1000), 250, 500, any_number);
    BOOST_TEST(picture.size() == 26U);
    for (std::uint64_t i = 0; i < 100; ++i) picture.request(hash_of(i), 1, 500, 40);
    BOOST_TEST(picture.size() == 40U);
    picture.request(hash_of(2000), 10'000, 500, 40);
    BOOST_TEST(picture.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_new_cost_counts_from_the_next_key_on) {
    miniature picture(backend::s3_fifo_rules);
    for (std::uint64_t i = 0; i < 10; ++i) picture.request(hash_of(i), 10, 100, any_number);
    BOOST_TEST(picture.request(hash_of(9), 60, 100, any_number));
    BOOST_TEST(picture.size() == 10U);
    picture.request(hash_of(10), 10, 100, any_number);
    BOOST_TEST(picture.size() == 5U);
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_sampled_any_more_are_dropped) {
    miniature picture(adaptive_fifo_policy::recency);
    for (std::uint64_t i = 0; i < 200; ++i) picture.request(hash_of(i), 1, 1000, any_number);
    picture.keep([](std::uint32_t hash) { return hash % 2 == 0; });
    std::size_t expected = 0;
    for (std::uint64_t i = 0; i < 200; ++i) expected += hash_of(i) % 2 == 0 ? 1 : 0;
    BOOST_TEST(picture.size() == expected);
    for (std::uint64_t i = 0; i < 200; ++i) {
        BOOST_TEST(picture.request(hash_of(i), 1, 1000, any_number) == (hash_of(i) % 2 == 0));
    }
}

BOOST_AUTO_TEST_CASE(shrinking_evicts_in_order_and_gives_memory_back) {
    miniature picture(backend::s3_fifo_rules);
    BOOST_TEST(picture.bytes() == 0U);
    for (std::uint64_t i = 0; i < 1000; ++i) picture.request(hash_of(i), 1, 1000, any_number);
    picture.request(hash_of(0), 1, 1000, any_number);
    picture.request(hash_of(0), 1, 1000, any_number);
    const auto full = picture.bytes();
    picture.shrink(100);
    BOOST_TEST(picture.size() == 100U);
    BOOST_TEST(picture.bytes() < full / 5);
    BOOST_TEST(picture.request(hash_of(0), 1, 1000, any_number));
    for (std::uint64_t i = 901; i < 1000; ++i) {
        BOOST_TEST(picture.request(hash_of(i), 1, 1000, any_number));
    }
    picture.shrink(0);
    BOOST_TEST(picture.size() == 0U);
    BOOST_TEST(picture.bytes() == 0U);
    BOOST_TEST(!picture.request(hash_of(0), 1, 1000, any_number));
}

BOOST_AUTO_TEST_SUITE_END()
