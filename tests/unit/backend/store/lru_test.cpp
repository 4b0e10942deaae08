#include "backend/store/lru.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using backend::entry;
using backend::eviction;
using backend::lru;

namespace {

struct three_entries {
    three_entries() {
        for (auto& each : all) each = entry::make(0, "", "");
    }
    ~three_entries() {
        for (auto* each : all) entry::destroy(each);
    }
    entry* all[3];
    std::atomic<std::uint64_t> uses{0};
    lru order{uses};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(lru_test, three_entries)

BOOST_AUTO_TEST_CASE(without_entries_there_is_no_victim) {
    BOOST_TEST(order.victim() == nullptr);
    BOOST_TEST(order.victim_rank() == eviction::nothing);
    order.add(*all[0]);
    order.remove(*all[0]);
    BOOST_TEST(order.victim() == nullptr);
}

BOOST_AUTO_TEST_CASE(the_first_one_added_goes_first) {
    for (auto* each : all) order.add(*each);
    for (auto* each : all) {
        BOOST_TEST(order.victim() == each);
        order.remove(*each);
    }
}

BOOST_AUTO_TEST_CASE(a_use_makes_an_entry_the_last_to_go) {
    for (auto* each : all) order.add(*each);
    order.use(*all[1]);
    order.use(*all[0]);
    for (const std::size_t i : {2U, 1U, 0U}) {
        BOOST_TEST(order.victim() == all[i]);
        order.remove(*all[i]);
    }
}

BOOST_AUTO_TEST_CASE(victims_of_two_shards_compare_by_their_last_use) {
    lru other(uses);
    order.add(*all[0]);
    other.add(*all[1]);
    BOOST_TEST(order.victim_rank() < other.victim_rank());
    order.use(*all[0]);
    BOOST_TEST(order.victim_rank() > other.victim_rank());
}

BOOST_AUTO_TEST_SUITE_END()
