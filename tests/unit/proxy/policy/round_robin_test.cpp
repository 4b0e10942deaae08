#include "proxy/policy/round_robin.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

using proxy::candidate;
using proxy::round_robin;

namespace {

std::vector<candidate> weighted(std::initializer_list<std::uint32_t> weights) {
    std::vector<candidate> candidates;
    for (const auto weight : weights)
        candidates.push_back({.usable = true, .in_flight = 0, .weight = weight});
    return candidates;
}

// The picks as letters: 'a' for backend 0, '-' for none.
std::string run(round_robin& policy, const std::vector<candidate>& candidates, int picks) {
    std::string chosen;
    for (int i = 0; i < picks; ++i) {
        const auto pick = policy.pick(0, candidates);
        chosen += pick == proxy::policy::npos ? '-' : static_cast<char>('a' + pick);
    }
    return chosen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(round_robin_test)

BOOST_AUTO_TEST_CASE(equal_backends_take_turns) {
    round_robin policy(3);
    BOOST_TEST(!policy.shards());
    BOOST_TEST(run(policy, weighted({1, 1, 1}), 7) == "abcabca");
}

BOOST_AUTO_TEST_CASE(weights_interleave_as_in_nginx) {
    round_robin policy(3);
    BOOST_TEST(run(policy, weighted({5, 1, 1}), 14) == "aabacaaaabacaa");
}

BOOST_AUTO_TEST_CASE(the_spread_is_exact_over_every_cycle) {
    round_robin policy(4);
    const auto candidates = weighted({1, 2, 3, 4});
    for (int cycle = 0; cycle < 1000; ++cycle) {
        const auto chosen = run(policy, candidates, 10);
        BOOST_TEST_REQUIRE(std::ranges::count(chosen, 'a') == 1);
        BOOST_TEST_REQUIRE(std::ranges::count(chosen, 'b') == 2);
        BOOST_TEST_REQUIRE(std::ranges::count(chosen, 'c') == 3);
        BOOST_TEST_REQUIRE(std::ranges::count(chosen, 'd') == 4);
    }
}

BOOST_AUTO_TEST_CASE(unusable_and_weightless_backends_are_skipped) {
    round_robin policy(4);
    auto candidates = weighted({1, 1, 0, 1});
    candidates[1].usable = false;
    BOOST_TEST(run(policy, candidates, 6) == "adadad");
}

BOOST_AUTO_TEST_CASE(none_usable_gives_npos_until_one_is) {
    round_robin policy(2);
    auto candidates = weighted({1, 0});
    candidates[0].usable = false;
    BOOST_TEST(run(policy, candidates, 3) == "---");
    candidates[0].usable = true;
    BOOST_TEST(run(policy, candidates, 3) == "aaa");
    round_robin empty(0);
    BOOST_TEST(run(empty, {}, 1) == "-");
}

// At whatever moment of the cycle a backend left, and however long it was away.
BOOST_AUTO_TEST_CASE(a_returning_backend_gets_its_share_and_no_burst) {
    for (int before = 0; before < 12; ++before) {
        for (int away = 1; away < 12; ++away) {
            round_robin policy(4);
            auto candidates = weighted({1, 1, 1, 1});
            run(policy, candidates, before);
            candidates[1].usable = false;
            BOOST_TEST(std::ranges::count(run(policy, candidates, away), 'b') == 0);
            candidates[1].usable = true;
            BOOST_TEST_CONTEXT("left after " << before << ", away for " << away) {
                const auto chosen = run(policy, candidates, 40);
                const auto count = std::ranges::count(chosen, 'b');
                BOOST_TEST(count >= 9);
                BOOST_TEST(count <= 11);
                BOOST_TEST(chosen.find("bb") == std::string::npos);
            }
        }
    }
}

// Nine of ten leave, each just before its turn, and return together: the tenth still has its turns.
// With credits kept through the absence it would wait until the others had what they were owed.
BOOST_AUTO_TEST_CASE(the_one_that_stayed_is_not_starved_when_the_others_return) {
    round_robin policy(10);
    auto candidates = weighted({1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    for (std::size_t leaver = 9; leaver > 0; --leaver) {
        run(policy, candidates, static_cast<int>(leaver));
        candidates[leaver].usable = false;
    }
    run(policy, candidates, 1);
    for (auto& each : candidates) each.usable = true;
    const auto chosen = run(policy, candidates, 100);
    BOOST_TEST_CONTEXT(chosen) {
        BOOST_TEST(chosen.find('a') <= 10U);
        BOOST_TEST(std::ranges::count(chosen, 'a') >= 9);
    }
}

// A backend at the edge of its queue's limit may come and go with every choice.
BOOST_AUTO_TEST_CASE(one_flapping_backend_leaves_the_others_even) {
    round_robin policy(3);
    auto candidates = weighted({1, 1, 1});
    std::string chosen;
    for (int i = 0; i < 3000; ++i) {
        candidates[2].usable = i % 2 == 0;
        chosen += run(policy, candidates, 1);
    }
    const auto a = std::ranges::count(chosen, 'a');
    const auto b = std::ranges::count(chosen, 'b');
    const auto c = std::ranges::count(chosen, 'c');
    BOOST_TEST_MESSAGE("one of three flaps: " << a << ' ' << b << ' ' << c);
    BOOST_TEST(std::abs(a - b) <= 10);
    BOOST_TEST(c <= 1000);
}

BOOST_AUTO_TEST_CASE(a_new_weight_holds_from_the_next_choice) {
    round_robin policy(2);
    run(policy, weighted({1, 1}), 10);
    const auto chosen = run(policy, weighted({3, 1}), 400);
    BOOST_TEST(std::ranges::count(chosen, 'a') == 300);
}

BOOST_AUTO_TEST_SUITE_END()
