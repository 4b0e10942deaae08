#include "backend/server/transaction.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace {

using words = std::vector<std::string_view>;

std::vector<std::string> texts(const backend::transaction& queued) {
    std::vector<std::string> all;
    queued.for_each([&all](std::span<const std::string_view> command) {
        std::string text;
        for (const auto word : command) text.append("<").append(word).append(">");
        all.push_back(text);
    });
    return all;
}

backend::held_keys held_by(const std::vector<words>& commands) {
    static backend::transaction queued;  // the keys point into it
    queued = {};
    for (const auto& one : commands) queued.add(one);
    return backend::keys_to_hold(queued, {});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transaction_test)

BOOST_AUTO_TEST_CASE(commands_come_back_in_their_order_byte_by_byte) {
    backend::transaction queued;
    BOOST_TEST(queued.add(words{"SET", "", std::string_view("\0\r\n", 3)}));
    BOOST_TEST(queued.add(words{"PING"}));
    BOOST_TEST(queued.size() == 2U);
    BOOST_TEST(
        (texts(queued) == std::vector<std::string>{std::string("<SET><><\0\r\n>", 12), "<PING>"}));
    BOOST_TEST(!queued.spoiled());
    queued.spoil();
    BOOST_TEST(queued.spoiled());
}

BOOST_AUTO_TEST_CASE(what_is_queued_is_bounded) {
    backend::transaction queued;
    const std::string value(1 << 20, 'x');
    int added = 0;
    while (queued.add(words{"SET", "k", value})) ++added;
    BOOST_TEST(added == 63);
    BOOST_TEST(queued.size() == 63U);
    backend::transaction small;
    std::size_t count = 0;
    while (small.add(words{""})) ++count;
    BOOST_TEST(count == backend::most_queued_bytes / 16);
}

BOOST_AUTO_TEST_CASE(watched_keys_are_bounded_and_forgotten) {
    backend::watched_keys watched;
    BOOST_TEST(watched.add("a", 7, 0));
    BOOST_TEST(watched.has("a"));
    BOOST_TEST(!watched.has("b"));
    BOOST_TEST(!watched.add(std::string(backend::most_queued_bytes, 'x'), 1, 0));
    BOOST_TEST(watched.keys().size() == 1U);
    watched.clear();
    BOOST_TEST(watched.empty());
}

BOOST_AUTO_TEST_CASE(a_watched_key_is_found_by_all_its_bytes) {
    backend::watched_keys watched;
    const std::string_view with_zero("a\0b", 3);
    watched.add(with_zero, 1, 0);
    watched.add("", 2, 5);
    BOOST_TEST(watched.has(with_zero));
    BOOST_TEST(watched.has(""));
    BOOST_TEST(!watched.has("a"));
    BOOST_TEST(!watched.has(std::string_view("a\0c", 3)));
    BOOST_TEST(watched.keys().begin()->stamp == 2U);
    BOOST_TEST(watched.keys().begin()->arrivals == 5U);
}

/// One by one through 100,000 keys would be looking at 5,000,000,000.
BOOST_AUTO_TEST_CASE(many_keys_are_watched_without_looking_through_all_for_each) {
    constexpr int count = 100'000;
    backend::watched_keys watched;
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
        const auto key = std::to_string(i);
        BOOST_TEST_REQUIRE(!watched.has(key));
        BOOST_TEST_REQUIRE(watched.add(key, 1, 0));
    }
    BOOST_TEST(watched.keys().size() == static_cast<std::size_t>(count));
    BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_CASE(the_keys_of_all_commands_are_held) {
    const auto held =
        held_by({{"SET", "a", "1"}, {"MGET", "b", "c"}, {"PING"}, {"PUBLISH", "x", "y"}});
    BOOST_TEST(!held.everything);
    BOOST_TEST((held.keys == words{"a", "b", "c"}));
}

BOOST_AUTO_TEST_CASE(the_keys_of_subcommands_are_held_too) {
    const auto held = held_by({{"OBJECT", "FREQ", "a"},
                               {"MEMORY", "USAGE", "b"},
                               {"LEASE", "DROP", "c", "1"},
                               {"CLIENT", "ID"}});
    BOOST_TEST(!held.everything);
    BOOST_TEST((held.keys == words{"a", "b", "c"}));
}

BOOST_AUTO_TEST_CASE(a_command_about_all_keys_has_everything_held) {
    for (const auto& one :
         std::vector<words>{{"FLUSHALL"}, {"DBSIZE"}, {"INFO"}, {"CONFIG", "RESETSTAT"}}) {
        BOOST_TEST(held_by({{"GET", "a"}, one}).everything, one[0]);
    }
}

BOOST_AUTO_TEST_CASE(watched_keys_are_held_too) {
    backend::watched_keys watched;
    watched.add("w", 0, 3);
    backend::transaction queued;
    queued.add(words{"GET", "a"});
    BOOST_TEST((backend::keys_to_hold(queued, watched).keys == words{"w", "a"}));
}

BOOST_AUTO_TEST_SUITE_END()
