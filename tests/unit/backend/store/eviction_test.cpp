#include "backend/store/eviction.hpp"

#include "backend/store/eviction_policies.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using backend::eviction;
using backend::next_eviction;

namespace {

class fixed_queue final : public backend::eviction_policy {
  public:
    explicit fixed_queue(unsigned queue) : queue_(queue) {}
    std::unique_ptr<eviction> make_part(backend::entry_queues& /*of_shard*/) override {
        return nullptr;
    }
    unsigned next_queue() const noexcept override { return queue_; }

  private:
    unsigned queue_;
};

struct rank_table {
    std::uint64_t operator()(std::size_t shard, unsigned queue) const {
        return ranks[shard][queue];
    }
    std::vector<std::vector<std::uint64_t>> ranks;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(eviction_test)

BOOST_AUTO_TEST_CASE(the_lowest_rank_of_the_policys_queue_is_next) {
    const rank_table ranks{{{9, 4}, {7, 5}, {8, eviction::nothing}}};
    const auto first = next_eviction(fixed_queue(0), 3, ranks);
    BOOST_TEST_REQUIRE(first.has_value());
    BOOST_TEST(first->shard == 1U);
    BOOST_TEST(first->queue == 0U);
    const auto second = next_eviction(fixed_queue(1), 3, ranks);
    BOOST_TEST_REQUIRE(second.has_value());
    BOOST_TEST(second->shard == 0U);
    BOOST_TEST(second->queue == 1U);
}

BOOST_AUTO_TEST_CASE(the_other_queue_is_next_when_that_one_is_empty_everywhere) {
    const rank_table ranks{{{eviction::nothing, 4}, {eviction::nothing, 3}}};
    const auto next = next_eviction(fixed_queue(0), 2, ranks);
    BOOST_TEST_REQUIRE(next.has_value());
    BOOST_TEST(next->shard == 1U);
    BOOST_TEST(next->queue == 1U);
}

BOOST_AUTO_TEST_CASE(without_entries_there_is_no_next_step) {
    const rank_table ranks{{{eviction::nothing, eviction::nothing}}};
    BOOST_TEST(!next_eviction(fixed_queue(1), 1, ranks).has_value());
}

BOOST_AUTO_TEST_CASE(every_name_is_a_policy_and_no_other_is) {
    for (const auto name : backend::eviction_names) {
        BOOST_TEST(backend::make_eviction_policy(name) != nullptr);
    }
    BOOST_TEST(backend::make_eviction_policy("random") == nullptr);
    BOOST_TEST(backend::make_eviction_policy(backend::default_eviction) != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
