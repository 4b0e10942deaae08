#include "proxy/policy/maglev.hpp"

#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

using proxy::maglev;
using proxy::weighted_backend;

namespace {

// Backends b0, b1, … of one weight; views into names that live as long as the program.
std::vector<weighted_backend> equal_backends(std::size_t count) {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (int i = 0; i < 1000; ++i) made.push_back("b" + std::to_string(i));
        return made;
    }();
    std::vector<weighted_backend> backends;
    for (std::size_t i = 0; i < count; ++i) backends.push_back({names.at(i), 1});
    return backends;
}

// The home of every slot: a hash below slot_count is its own slot.
std::vector<std::string_view> slots_of(const std::vector<weighted_backend>& backends) {
    const maglev table(backends);
    std::vector<std::string_view> slots;
    for (std::size_t slot = 0; slot < maglev::slot_count; ++slot)
        slots.push_back(backends.at(table.home(slot)).name);
    return slots;
}

std::vector<double> shares_of(const maglev& table, std::size_t backends) {
    std::vector<double> shares(backends);
    for (std::size_t slot = 0; slot < maglev::slot_count; ++slot)
        shares.at(table.home(slot)) += 1.0 / static_cast<double>(maglev::slot_count);
    return shares;
}

// The share of all slots that had another home than `gone` before and have moved nevertheless.
double needless_moves(const std::vector<std::string_view>& before,
                      const std::vector<std::string_view>& after, std::string_view gone) {
    std::size_t moved = 0;
    for (std::size_t slot = 0; slot < before.size(); ++slot)
        moved += before[slot] != gone && before[slot] != after[slot] ? 1U : 0U;
    return static_cast<double>(moved) / static_cast<double>(before.size());
}

// Peak-to-average of 1,000,000 keys, key:0 …, over the backends.
double peak_of_keys(const maglev& table, std::size_t backends, shared::hash_function hash) {
    constexpr std::size_t keys = 1'000'000;
    std::vector<std::size_t> counts(backends);
    for (std::size_t key = 0; key < keys; ++key)
        ++counts.at(table.home(hash("key:" + std::to_string(key))));
    return static_cast<double>(std::ranges::max(counts)) * static_cast<double>(backends) / keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(maglev_test)

BOOST_AUTO_TEST_CASE(equal_backends_differ_by_one_slot_at_most) {
    for (std::size_t count = 2; count <= 20; ++count) {
        const auto shares = shares_of(maglev(equal_backends(count)), count);
        const auto [least, most] = std::ranges::minmax(shares);
        const double peak = most * static_cast<double>(count);
        BOOST_TEST_MESSAGE(count << " backends: slots, peak to average " << peak);
        BOOST_TEST_CONTEXT(count << " backends") {
            BOOST_TEST(std::lround((most - least) * maglev::slot_count) <= 1);
            BOOST_TEST(peak < 1.0004);
        }
    }
}

// 1,000,000 keys spread by chance alone would give a peak of about 1.01 for 20 backends.
BOOST_AUTO_TEST_CASE(keys_spread_evenly_with_every_hash) {
    for (const auto kind :
         {shared::hash_kind::xxh3, shared::hash_kind::fnv1a_64, shared::hash_kind::crc32}) {
        for (const std::size_t count : {2U, 4U, 5U, 8U, 20U}) {
            const double peak =
                peak_of_keys(maglev(equal_backends(count)), count, shared::hash_for(kind));
            BOOST_TEST_MESSAGE(shared::name_of(kind)
                               << ", " << count << " backends: keys, peak to average " << peak);
            BOOST_TEST_CONTEXT(shared::name_of(kind) << ", " << count << " backends") {
                BOOST_TEST(peak < 1.02);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(removing_one_backend_moves_few_keys) {
    for (std::size_t count = 2; count <= 20; ++count) {
        const auto backends = equal_backends(count);
        const auto before = slots_of(backends);
        double worst = 0;
        for (std::size_t gone = 0; gone < count; ++gone) {
            auto rest = backends;
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
            worst = std::max(worst, needless_moves(before, slots_of(rest), backends[gone].name));
        }
        BOOST_TEST_MESSAGE(count << " backends less one: needless moves, worst " << worst);
        BOOST_TEST_CONTEXT(count << " backends") {
            BOOST_TEST(worst < 0.01);
        }
    }
}

BOOST_AUTO_TEST_CASE(weights_give_shares_within_one_per_cent) {
    const std::vector<weighted_backend> backends{{"a", 1}, {"b", 2}, {"c", 3}};
    const auto shares = shares_of(maglev(backends), 3);
    BOOST_TEST_MESSAGE("weights 1:2:3: shares " << shares[0] << ' ' << shares[1] << ' '
                                                << shares[2]);
    BOOST_TEST(std::abs(shares[0] * 6 / 1 - 1) < 0.01);
    BOOST_TEST(std::abs(shares[1] * 6 / 2 - 1) < 0.01);
    BOOST_TEST(std::abs(shares[2] * 6 / 3 - 1) < 0.01);
}

BOOST_AUTO_TEST_CASE(only_the_proportion_of_weights_matters) {
    const std::vector<weighted_backend> small{{"a", 1}, {"b", 2}, {"c", 3}};
    const std::vector<weighted_backend> large{
        {"a", 1'000'000'000}, {"b", 2'000'000'000}, {"c", 3'000'000'000}};
    BOOST_TEST(slots_of(small) == slots_of(large), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(raising_a_weight_takes_few_keys_beyond_its_new_share) {
    auto backends = equal_backends(10);
    const auto before = slots_of(backends);
    backends[3].weight = 2;
    const auto after = slots_of(backends);
    std::size_t between_others = 0;
    for (std::size_t slot = 0; slot < before.size(); ++slot)
        between_others += after[slot] != before[slot] && after[slot] != "b3" ? 1U : 0U;
    const double share = static_cast<double>(between_others) / maglev::slot_count;
    BOOST_TEST_MESSAGE("weight 1 to 2 of 10: moved between others " << share);
    BOOST_TEST(share < 0.01);
}

BOOST_AUTO_TEST_CASE(the_order_in_the_configuration_does_not_matter) {
    std::vector<weighted_backend> backends{{"a1", 1}, {"a2", 5}, {"b1", 2}, {"b2", 2}, {"c", 0}};
    const auto expected = slots_of(backends);
    const auto by_name = [](const auto& left, const auto& right) { return left.name < right.name; };
    while (std::ranges::next_permutation(backends, by_name).found)
        BOOST_TEST((slots_of(backends) == expected));
}

BOOST_AUTO_TEST_CASE(weight_zero_gets_no_keys_and_moves_what_removal_moves) {
    auto drained = equal_backends(5);
    drained[2].weight = 0;
    auto removed = equal_backends(5);
    removed.erase(removed.begin() + 2);
    const auto slots = slots_of(drained);
    BOOST_TEST(std::ranges::count(slots, "b2") == 0);
    BOOST_TEST((slots == slots_of(removed)));
}

BOOST_AUTO_TEST_CASE(the_lightest_backend_has_a_slot) {
    const std::vector<weighted_backend> backends{{"heavy", 4'294'967'295}, {"light", 1}};
    const auto slots = slots_of(backends);
    BOOST_TEST(std::ranges::count(slots, "light") == 1);
}

BOOST_AUTO_TEST_CASE(one_backend_is_home_to_everything) {
    const maglev table(equal_backends(1));
    for (const std::uint64_t hash : {std::uint64_t{0}, std::uint64_t{65'536}, ~std::uint64_t{0}})
        BOOST_TEST(table.home(hash) == 0U);
}

// A hash whose low or high bits are all the same still reaches every backend.
BOOST_AUTO_TEST_CASE(every_bit_of_the_hash_counts) {
    const maglev table(equal_backends(8));
    for (unsigned shift = 0; shift <= 48; shift += 8) {
        std::vector<std::size_t> counts(8);
        for (std::uint64_t i = 0; i < 65'536; ++i) ++counts.at(table.home(i << shift));
        BOOST_TEST_CONTEXT("bits from " << shift) {
            BOOST_TEST(std::ranges::min(counts) > 8'000U);
            BOOST_TEST(std::ranges::max(counts) < 8'400U);
        }
    }
}

// A release that moved homes would empty the cache of whoever upgrades one proxy after the other.
BOOST_AUTO_TEST_CASE(homes_are_the_same_in_every_release) {
    const std::vector<weighted_backend> backends{{"a1", 1}, {"a2", 1}, {"b1", 2}, {"b2", 3}};
    std::string homes;
    for (const auto name : slots_of(backends)) homes += name;
    BOOST_TEST(shared::xxh3(homes) == 0x79A7E07B74A48641);
}

BOOST_AUTO_TEST_CASE(wrong_sets_of_backends_are_refused) {
    using list = std::vector<weighted_backend>;
    BOOST_CHECK_THROW(maglev(list{}), std::invalid_argument);
    BOOST_CHECK_THROW(maglev(list{{"a", 1}, {"b", 1}, {"a", 2}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
