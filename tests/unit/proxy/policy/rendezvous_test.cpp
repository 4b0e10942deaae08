#include "proxy/policy/rendezvous.hpp"

#include "shared/hash/hash.hpp"
#include "tests/support/weighted_names.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using proxy::rendezvous;
using proxy::weighted_backend;

namespace {

constexpr std::uint64_t unspread = 0xF1DE83E19937733D;  // times this undoes proxy::spread

struct pool : support::weighted_names {
    pool(const std::string& prefix, std::size_t count, std::uint32_t heaviest = 1) {
        for (std::size_t i = 0; i < count; ++i) {
            names.push_back(prefix + std::to_string(i));
            weights.push_back(static_cast<std::uint32_t>(1 + i % heaviest));
        }
    }
};

/// The home of every slot.
std::vector<std::uint16_t> slots_of(const std::vector<weighted_backend>& backends) {
    const rendezvous table(backends);
    std::vector<std::uint16_t> slots(rendezvous::slot_count);
    for (std::uint64_t i = 0; i < slots.size(); ++i)
        slots[i] =
            static_cast<std::uint16_t>(table.home((i << (64 - rendezvous::slot_bits)) * unspread));
    return slots;
}

double share_of(const std::vector<weighted_backend>& backends, std::size_t which) {
    double total = 0;
    for (const auto& one : backends) total += one.weight;
    return backends[which].weight / total;
}

/// The largest share of slots, over what the weight gives.
double peak_of(const std::vector<std::uint16_t>& slots,
               const std::vector<weighted_backend>& backends) {
    std::vector<double> counts(backends.size());
    for (const auto home : slots) counts.at(home) += 1.0 / rendezvous::slot_count;
    double peak = 0;
    for (std::size_t i = 0; i < backends.size(); ++i) {
        if (backends[i].weight != 0) peak = std::max(peak, counts[i] / share_of(backends, i));
        if (backends[i].weight == 0) BOOST_TEST(counts[i] == 0);
    }
    return peak;
}

double moved(const std::vector<std::uint16_t>& before, const std::vector<std::uint16_t>& after) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < before.size(); ++i) count += before[i] != after[i] ? 1U : 0U;
    return static_cast<double>(count) / rendezvous::slot_count;
}

void check_bars(const pool& backends, std::size_t count, std::size_t gone) {
    const auto list = backends.list(count);
    const auto slots = slots_of(list);
    const double peak = peak_of(slots, list);
    const auto rest = backends.list(count, gone);
    const double removed = moved(slots, slots_of(rest)) / share_of(list, gone);
    const auto more = backends.list(count + 1);
    const double added = moved(slots, slots_of(more)) / share_of(more, count);
    BOOST_TEST_MESSAGE(count << " backends: peak " << peak << ", removing moves " << removed
                             << ", adding moves " << added << " of the ideal");
    BOOST_TEST_CONTEXT(count << " backends, without " << backends.names[gone]) {
        BOOST_TEST(peak <= 1.005);
        BOOST_TEST(removed <= 1.01);
        BOOST_TEST(added <= 1.01);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rendezvous_test)

// A sample; `bench_placement --every` removes each one of each pool.
BOOST_AUTO_TEST_CASE(shares_are_even_and_a_change_moves_little_more_than_it_must) {
    check_bars(pool("b", 3), 2, 0);
    check_bars(pool("cache-", 14), 13, 5);
    check_bars(pool("10.0.0.", 101), 100, 42);
}

BOOST_AUTO_TEST_CASE(so_they_are_with_weights) {
    check_bars(pool("w", 31, 4), 30, 7);
}

// 1,000,000 keys spread by chance alone would give a peak of about 1.01 for 20 backends.
BOOST_AUTO_TEST_CASE(keys_spread_evenly_with_every_hash) {
    const pool backends("b", 20);
    const rendezvous table(backends.list(20));
    for (const auto kind : {shared::hash_kind::xxh3, shared::hash_kind::fnv1a_64,
                            shared::hash_kind::crc32, shared::hash_kind::md5}) {
        constexpr std::size_t keys = 1'000'000;
        std::vector<std::size_t> counts(20);
        for (std::size_t key = 0; key < keys; ++key)
            ++counts.at(table.home(shared::hash_for(kind)("key:" + std::to_string(key))));
        BOOST_TEST_CONTEXT(shared::name_of(kind)) {
            BOOST_TEST(static_cast<double>(std::ranges::max(counts)) * 20 / keys < 1.02);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_other_slot_moves_when_one_of_few_goes) {
    const pool backends("b", 4);
    const auto before = slots_of(backends.list(4));
    const auto after = slots_of(backends.list(4, 2));
    std::size_t needless = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
        needless += before[i] != after[i] && before[i] != 2 ? 1U : 0U;
    BOOST_TEST(needless == 0U);
}

BOOST_AUTO_TEST_CASE(the_order_in_the_configuration_does_not_matter) {
    const auto by_name = [](std::vector<weighted_backend> list) {
        std::string homes;
        for (const auto home : slots_of(list)) homes += list[home].name;
        return shared::xxh3(homes);
    };
    const auto expected = by_name({{"a1", 1}, {"a2", 5}, {"b1", 2}, {"c", 0}});
    BOOST_TEST(by_name({{"c", 0}, {"b1", 2}, {"a1", 1}, {"a2", 5}}) == expected);
    BOOST_TEST(by_name({{"a2", 5}, {"b1", 2}, {"a1", 1}}) == expected);
}

BOOST_AUTO_TEST_CASE(only_the_proportion_of_weights_matters) {
    BOOST_TEST((slots_of({{"a", 1}, {"b", 2}, {"c", 3}}) ==
                slots_of({{"a", 1'000'000'000}, {"b", 2'000'000'000}, {"c", 3'000'000'000}})));
}

BOOST_AUTO_TEST_CASE(raising_a_weight_moves_keys_to_that_backend_alone) {
    pool backends("b", 10);
    const auto before = slots_of(backends.list(10));
    backends.weights[3] = 2;
    const auto after = slots_of(backends.list(10));
    std::size_t between_others = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
        between_others += after[i] != before[i] && after[i] != 3 ? 1U : 0U;
    BOOST_TEST(static_cast<double>(between_others) / rendezvous::slot_count < 0.0005);
}

BOOST_AUTO_TEST_CASE(the_lightest_of_weights_from_1_to_1000_has_its_share) {
    const std::vector<weighted_backend> backends{{"heavy", 1000}, {"light", 1}};
    const auto slots = slots_of(backends);
    const auto light = std::ranges::count(slots, 1);
    BOOST_TEST(light > rendezvous::slot_count / 1001 * 0.95);
    BOOST_TEST(light <= rendezvous::slot_count / 1001 * 1.005);
}

BOOST_AUTO_TEST_CASE(one_backend_is_home_to_everything) {
    const rendezvous table(pool("b", 1).list(1));
    for (const std::uint64_t hash : {std::uint64_t{0}, std::uint64_t{65'536}, ~std::uint64_t{0}})
        BOOST_TEST(table.home(hash) == 0U);
}

BOOST_AUTO_TEST_CASE(more_backends_than_a_byte_can_tell_apart_have_their_shares_too) {
    const pool backends("b", 300);
    const auto list = backends.list(300);
    const auto slots = slots_of(list);
    BOOST_TEST(peak_of(slots, list) <= 1.005);
    BOOST_TEST(std::ranges::count(slots, 299) > 0);
}

// A release that moved homes would empty the cache of whoever upgrades one proxy after the other.
BOOST_AUTO_TEST_CASE(homes_are_the_same_in_every_release) {
    const auto print_of = [](const std::vector<weighted_backend>& backends) {
        std::string homes;
        for (const auto home : slots_of(backends)) homes += static_cast<char>(home);
        return shared::xxh3(homes);
    };
    BOOST_TEST(print_of({{"a1", 1}, {"a2", 1}, {"b1", 2}, {"b2", 3}}) == 0x6DC28CD10D43E2A0);
    BOOST_TEST(print_of(pool("cache-", 60, 3).list(60)) ==
               0x8A52599F8BEE9387);  // some reach the bound
}

BOOST_AUTO_TEST_CASE(wrong_sets_of_backends_are_refused) {
    BOOST_CHECK_THROW(rendezvous(std::vector<weighted_backend>{}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
