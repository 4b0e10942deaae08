#include "proxy/routing/router.hpp"

#include "proxy/resilience/ramp.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using proxy::backend_status;
using proxy::candidate;
using proxy::nobody;
using proxy::router;
using proxy::scan_position;
using proxy::split_cursor;
using proxy::target;
using proxy::topology;
using enum proxy::backend_status;

namespace {

/// The home of "2…" is backend 2; it is for tests that the first letter is the hash.
std::uint64_t first_letter(std::string_view key) noexcept {
    return static_cast<std::uint64_t>(key.front() - '0');
}

struct by_hash final : proxy::policy {
    bool shards() const noexcept override { return true; }
    std::size_t pick(std::uint64_t hash, std::span<const candidate>) override { return hash; }
};

struct first_usable final : proxy::policy {
    bool shards() const noexcept override { return false; }
    std::size_t pick(std::uint64_t, std::span<const candidate> candidates) override {
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            if (candidates[i].eligible()) return i;
        }
        return npos;
    }
};

using statuses = std::vector<backend_status>;

void check(target actual, std::size_t home, std::size_t server) {
    BOOST_TEST(actual.home == home);
    BOOST_TEST(actual.server == server);
}

/// Two pairs, 0 and 2, 1 and 4, and backend 3 alone.
struct router_fixture {
    topology pairs{{2, 4, 0, nobody, 1}};
    router sharding{std::make_unique<by_hash>(), first_letter, pairs};
    router bounded{std::make_unique<by_hash>(), first_letter, pairs, 1.25};
    router copying{std::make_unique<first_usable>(), first_letter, pairs};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(router_test, router_fixture)

BOOST_AUTO_TEST_CASE(a_topology_lists_each_pair_once_and_those_who_stand_alone) {
    BOOST_TEST_REQUIRE(pairs.pairs.size() == 3U);
    BOOST_TEST(pairs.pairs[0].first == 0U);
    BOOST_TEST(pairs.pairs[0].second == 2U);
    BOOST_TEST(pairs.pairs[1].first == 1U);
    BOOST_TEST(pairs.pairs[1].second == 4U);
    BOOST_TEST(pairs.pairs[2].first == 3U);
    BOOST_TEST(pairs.pairs[2].second == nobody);
    BOOST_TEST(topology({}).pairs.empty());
}

BOOST_AUTO_TEST_CASE(of_a_home_that_returns_the_keys_below_its_share_are_home) {
    // The hash of "0" is 0, and so is its slice.
    check(sharding.by_key("0", statuses{returning, ready, ready, ready, ready}), 0, 2);
    sharding.set_share(0, 1);
    check(sharding.by_key("0", statuses{returning, ready, ready, ready, ready}), 0, 0);
    const auto slice = proxy::slice_of(1);
    BOOST_TEST_REQUIRE(slice > 0);
    sharding.set_share(1, slice);
    check(sharding.by_key("1", statuses{ready, returning, ready, ready, ready}), 1, 4);
    sharding.set_share(1, static_cast<std::uint8_t>(slice + 1));
    check(sharding.by_key("1", statuses{ready, returning, ready, ready, ready}), 1, 1);
    sharding.set_share(1, 0);
    for (const auto partner : {down, catching_up})
        check(sharding.by_key("1", statuses{ready, returning, ready, ready, partner}), 1, 1);
    check(sharding.by_key("1", statuses{ready, catching_up, ready, ready, returning}), 1, 4);
}

BOOST_AUTO_TEST_CASE(the_policy_says_whether_keys_have_homes) {
    BOOST_TEST(sharding.shards());
    BOOST_TEST(!copying.shards());
    BOOST_TEST(sharding.partner_of(4) == 1U);
    BOOST_TEST(sharding.partner_of(3) == nobody);
}

BOOST_AUTO_TEST_CASE(a_key_is_served_by_its_home_or_its_homes_partner_and_nobody_else) {
    const statuses all(5, ready);
    for (std::size_t i = 0; i < 5; ++i) check(sharding.by_key(std::to_string(i), all), i, i);
    check(sharding.by_key("0", statuses{down, ready, ready, ready, ready}), 0, 2);
    check(sharding.by_key("1", statuses{down, ready, ready, ready, ready}), 1, 1);
    check(sharding.by_key("4", statuses{ready, catching_up, ready, ready, down}), 4, 1);
    check(sharding.by_key("3", statuses{ready, ready, ready, down, ready}), 3, nobody);
    check(sharding.by_key("0", statuses{down, ready, down, ready, ready}), 0, nobody);
}

BOOST_AUTO_TEST_CASE(a_home_with_more_than_its_share_is_relieved_by_its_partner) {
    const statuses all(5, ready);
    const auto load = [](std::initializer_list<std::uint32_t> in_flight) {
        std::vector<candidate> loads;
        for (const auto count : in_flight) loads.push_back({true, count, 1});
        return loads;
    };
    BOOST_TEST(bounded.bounds_load());
    BOOST_TEST(!sharding.bounds_load());
    const auto busy = load({6, 1, 1, 1, 1});
    check(bounded.by_key("0", all, busy), 0, 2);
    BOOST_TEST(bounded.by_key("0", all, busy).relieved);
    check(bounded.by_key("1", all, busy), 1, 1);
    BOOST_TEST(!bounded.by_key("1", all, busy).relieved);
    check(bounded.by_key("0", all), 0, 0);                         // a write comes without loads
    check(sharding.by_key("0", all, busy), 0, 0);                  // no bound
    check(bounded.by_key("3", all, load({0, 0, 0, 9, 0})), 3, 3);  // nobody else has the data
    check(bounded.by_key("0", all, load({6, 1, 6, 1, 1})), 0, 0);  // the partner has no room
}

BOOST_AUTO_TEST_CASE(a_partner_who_is_not_ready_relieves_nobody) {
    const std::vector<candidate> loads{
        {true, 6, 1}, {true, 0, 1}, {false, 0, 1}, {true, 0, 1}, {true, 0, 1}};
    const auto where =
        bounded.by_key("0", statuses{ready, ready, catching_up, ready, ready}, loads);
    check(where, 0, 0);
}

BOOST_AUTO_TEST_CASE(a_read_goes_where_the_policy_says) {
    const std::vector<candidate> candidates{{false}, {true}, {true}, {true}, {true}};
    check(copying.for_read(candidates, statuses{down, ready, ready, ready, ready}), 1, 1);
}

BOOST_AUTO_TEST_CASE(a_read_that_nobody_is_ready_for_goes_to_one_who_is_catching_up) {
    const std::vector<candidate> candidates(5);
    check(copying.for_read(candidates, statuses{down, down, catching_up, down, catching_up}), 2, 2);
}

BOOST_AUTO_TEST_CASE(a_read_that_nobody_can_answer_has_no_server) {
    const std::vector<candidate> candidates(5);
    BOOST_TEST(copying.for_read(candidates, statuses(5, down)).server == nobody);
}

BOOST_AUTO_TEST_CASE(of_each_pair_one_writes_and_always_the_same_while_both_are_ready) {
    for (int i = 0; i < 3; ++i) {
        const auto targets = copying.one_of_each_pair(statuses(5, ready));
        BOOST_TEST_REQUIRE(targets.size() == 3U);
        check(targets[0], 0, 0);
        check(targets[1], 1, 1);
        check(targets[2], 3, 3);
    }
}

BOOST_AUTO_TEST_CASE(of_a_pair_the_other_writes_when_the_first_is_down) {
    const auto targets = copying.one_of_each_pair(statuses{down, catching_up, ready, down, ready});
    BOOST_TEST_REQUIRE(targets.size() == 3U);
    check(targets[0], 0, 2);
    check(targets[1], 1, 4);
    check(targets[2], 3, nobody);
}

BOOST_AUTO_TEST_CASE(a_scan_visits_one_side_of_each_pair_and_ends) {
    const statuses all(5, ready);
    std::vector<std::size_t> visited;
    scan_position at;
    do {
        const auto step = sharding.scan(at, all);
        BOOST_TEST(step.cursor == 0U);
        visited.push_back(step.where.server);
        at = split_cursor(step.next, 5);
    } while (at != scan_position{});
    BOOST_TEST((visited == std::vector<std::size_t>{0, 1, 3}));
}

BOOST_AUTO_TEST_CASE(a_scan_under_way_stays_with_its_backend) {
    for (const std::size_t backend : {0U, 2U, 1U, 4U, 3U}) {
        const auto step = sharding.scan({backend, 17}, statuses(5, catching_up));
        BOOST_TEST(step.where.server == backend);
        BOOST_TEST(step.cursor == 17U);
    }
    BOOST_TEST(sharding.scan({2, 17}, statuses(5, ready)).next == 1U);
    BOOST_TEST(sharding.scan({4, 17}, statuses(5, ready)).next == 3U);
    BOOST_TEST(sharding.scan({3, 17}, statuses(5, ready)).next == 0U);
}

BOOST_AUTO_TEST_CASE(a_scan_whose_backend_is_down_begins_the_pair_anew_at_the_partner) {
    const auto step = sharding.scan({0, 17}, statuses{down, ready, ready, ready, ready});
    check(step.where, 0, 2);
    BOOST_TEST(step.cursor == 0U);
    BOOST_TEST(step.next == 1U);
    check(sharding.scan({3, 17}, statuses{ready, ready, ready, down, ready}).where, 3, nobody);
    check(sharding.scan({}, statuses{down, ready, down, ready, ready}).where, 0, nobody);
}

BOOST_AUTO_TEST_CASE(where_every_pair_holds_everything_one_pair_is_scanned) {
    const auto begin = copying.scan({}, statuses{down, ready, down, ready, ready});
    check(begin.where, 1, 1);
    BOOST_TEST(begin.next == 0U);
    const auto later = copying.scan({1, 17}, statuses(5, ready));
    check(later.where, 1, 1);
    BOOST_TEST(later.cursor == 17U);
    BOOST_TEST(later.next == 0U);
    const auto lost = copying.scan({3, 17}, statuses{ready, ready, ready, down, ready});
    check(lost.where, 0, 0);
    BOOST_TEST(lost.cursor == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
