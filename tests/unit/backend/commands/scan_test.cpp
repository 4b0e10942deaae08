#include "tests/unit/backend/commands/fixture.hpp"

#include <map>
#include <set>
#include <string>

using namespace backend::test;

namespace {

/// The next bulk of `reply`, which it moves past.
std::string take_bulk(std::string_view& reply) {
    const auto line = reply.find("\r\n");
    const auto size = std::stoul(std::string(reply.substr(1, line - 1)));
    const std::string text(reply.substr(line + 2, size));
    reply.remove_prefix(line + 2 + size + 2);
    return text;
}

/// The bulks of the array that `reply` begins with.
std::vector<std::string> take_array(std::string_view& reply) {
    const auto line = reply.find("\r\n");
    const auto count = std::stoul(std::string(reply.substr(1, line - 1)));
    reply.remove_prefix(line + 2);
    std::vector<std::string> items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(take_bulk(reply));
    return items;
}

struct scan_fixture : command_fixture {
    /// One call; the cursor moves on.
    std::vector<std::string> scan(std::string& cursor, const std::string& options = "") {
        const std::string reply = run(("SCAN " + cursor + " " + options).c_str());
        std::string_view rest = reply;
        BOOST_TEST_REQUIRE(rest.starts_with("*2\r\n"));
        rest.remove_prefix(4);
        cursor = take_bulk(rest);
        auto keys = take_array(rest);
        BOOST_TEST_REQUIRE(rest.empty());
        return keys;
    }

    std::multiset<std::string> scan_all(const std::string& options = "") {
        std::multiset<std::string> seen;
        std::string cursor = "0";
        do {
            for (auto& key : scan(cursor, options)) seen.insert(std::move(key));
        } while (cursor != "0");
        return seen;
    }

    std::multiset<std::string> keys(const std::string& pattern) {
        const std::string reply = run(("KEYS " + pattern).c_str());
        std::string_view rest = reply;
        const auto found = take_array(rest);
        return {found.begin(), found.end()};
    }

    void fill(const std::string& prefix, int from, int until) {
        for (int i = from; i < until; ++i) {
            const auto key = prefix + std::to_string(i);
            run({"SET", key, "value"});
        }
    }
};

using names = std::multiset<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_scan_test, scan_fixture)

BOOST_AUTO_TEST_CASE(a_scan_of_few_keys_ends_at_once) {
    BOOST_TEST(run("SCAN 0") == "*2\r\n$1\r\n0\r\n*0\r\n");
    run("MSET a 1 b 2 c 3");
    std::string cursor = "0";
    BOOST_TEST(scan(cursor).size() == 3U);
    BOOST_TEST(cursor == "0");
}

BOOST_AUTO_TEST_CASE(every_key_is_told_once_whatever_the_count) {
    fill("key", 0, 1000);
    for (const auto count : {"COUNT 1", "COUNT 7", "", "COUNT 100", "COUNT 9223372036854775807"}) {
        BOOST_TEST_CONTEXT(count) {
            const auto seen = scan_all(count);
            BOOST_TEST(seen.size() == 1000U);
            BOOST_TEST(std::set<std::string>(seen.begin(), seen.end()).size() == 1000U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_tells_about_as_many_as_it_is_asked_for) {
    fill("key", 0, 5000);
    std::string cursor = "0";
    do {
        const auto keys = scan(cursor, "COUNT 20");
        BOOST_REQUIRE(keys.size() < 40U);
        BOOST_REQUIRE((keys.size() >= 20U || cursor == "0"));
    } while (cursor != "0");
}

BOOST_AUTO_TEST_CASE(what_stays_is_told_while_the_index_grows_and_shrinks) {
    fill("stays", 0, 500);
    fill("goes", 0, 5000);
    names seen;
    std::string cursor = "0";
    int calls = 0;
    int added = 0;
    int removed = 0;
    do {
        for (auto& key : scan(cursor)) seen.insert(std::move(key));
        if (++calls < 200) fill("new", added, added + 100), added += 100;
        for (int i = 0; i < 100 && calls >= 200 && removed < 20'000; ++i, ++removed) {
            const auto key = (removed < 5000 ? "goes" : "new") + std::to_string(removed % 15'000);
            run({"DEL", key});
        }
    } while (cursor != "0");
    BOOST_TEST(added > 10'000);
    BOOST_TEST(removed > 10'000);
    for (int i = 0; i < 500; ++i) BOOST_REQUIRE(seen.count("stays" + std::to_string(i)) == 1U);
}

BOOST_AUTO_TEST_CASE(a_pattern_and_a_type_choose_among_the_keys) {
    run("MSET aa 1 ab 2 ba 3 AB 4");
    BOOST_TEST(scan_all("MATCH a*") == (names{"aa", "ab"}), boost::test_tools::per_element());
    BOOST_TEST(scan_all("match ?[A-B]") == (names{"AB"}), boost::test_tools::per_element());
    BOOST_TEST(scan_all("TYPE STRING COUNT 1").size() == 4U);
    BOOST_TEST(scan_all("TYPE string MATCH b* MATCH a*").size() == 2U);
    BOOST_TEST(scan_all("TYPE hash").empty());
    BOOST_TEST(scan_all("TYPE nosuch").empty());
}

BOOST_AUTO_TEST_CASE(expired_and_deleted_keys_are_absent) {
    run("SET a 1 PX 10");
    run("SET b 1");
    run("SET c 1");
    run("DEL c");
    now += 10;
    BOOST_TEST(scan_all() == (names{"b"}), boost::test_tools::per_element());
    BOOST_TEST(keys("*") == (names{"b"}), boost::test_tools::per_element());
    for (int i = 0; i < 20; ++i) BOOST_TEST(run("RANDOMKEY") == bulk("b"));
    run("FLUSHALL");
    BOOST_TEST(scan_all().empty());
}

BOOST_AUTO_TEST_CASE(a_cursor_is_a_number_of_64_bits) {
    for (const auto cursor : {"x", "1x", "18446744073709551616", " 1"}) {
        BOOST_TEST(run({"SCAN", cursor}) == "-ERR invalid cursor\r\n");
    }
    run("SET a 1");
    // Redis takes these, and so a scan ends.
    for (const auto cursor : {"-1", "18446744073709551615"}) {
        BOOST_TEST(run({"SCAN", cursor}) == "*2\r\n$1\r\n0\r\n*0\r\n");
    }
    BOOST_TEST(run({"SCAN", ""}) == "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n");
}

BOOST_AUTO_TEST_CASE(options_of_a_scan_are_looked_at_in_their_order) {
    for (const auto line : {"SCAN 0 COUNT", "SCAN 0 MATCH", "SCAN 0 TYPE", "SCAN 0 NOW x",
                            "SCAN 0 COUNT 0", "SCAN 0 COUNT -1", "SCAN 0 COUNT 0 COUNT x"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == syntax);
        }
    }
    BOOST_TEST(run("SCAN 0 COUNT x") == no_integer);
    BOOST_TEST(run("SCAN x COUNT x") == "-ERR invalid cursor\r\n");
}

BOOST_AUTO_TEST_CASE(keys_tells_all_that_match) {
    BOOST_TEST(run("KEYS *") == "*0\r\n");
    fill("key", 0, 2000);
    fill("other", 0, 10);
    BOOST_TEST(keys("*").size() == 2010U);
    BOOST_TEST(keys("other?").size() == 10U);
    BOOST_TEST(keys("key1[0-4]") == (names{"key10", "key11", "key12", "key13", "key14"}),
               boost::test_tools::per_element());
    BOOST_TEST(keys("KEY1").empty());
    BOOST_TEST(keys("key7") == (names{"key7"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(randomkey_tells_each_key_about_as_often) {
    BOOST_TEST(run("RANDOMKEY") == null);
    version = shared::protocol::resp3;
    BOOST_TEST(run("RANDOMKEY") == "_\r\n");
    constexpr int keys = 200;
    constexpr int draws = 100 * keys;
    fill("key", 0, keys);
    std::map<std::string, int> drawn;
    for (int i = 0; i < draws; ++i) ++drawn[run("RANDOMKEY")];
    BOOST_TEST(drawn.size() == static_cast<std::size_t>(keys));
    for (const auto& [key, times] : drawn) {
        BOOST_TEST_CONTEXT(key) {
            BOOST_TEST(times > draws / keys / 4);
            BOOST_TEST(times < draws / keys * 4);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_pattern_has_1024_bytes_at_most) {
    const std::string fits(1024, 'a');
    run(("SET " + fits + " v").c_str());
    BOOST_TEST(keys(fits).size() == 1U);
    BOOST_TEST(scan_all("MATCH " + fits).size() == 1U);
    const std::string error = "-ERR the pattern is longer than 1024 bytes\r\n";
    BOOST_TEST(run(("KEYS " + fits + "a").c_str()) == error);
    BOOST_TEST(run(("SCAN 0 MATCH " + fits + "a").c_str()) == error);
}

BOOST_AUTO_TEST_CASE(keys_has_an_error_instead_of_too_long_a_reply) {
    fill("key", 0, 2000);
    const auto all = run("KEYS *");
    longest_reply = all.size();
    BOOST_TEST(run("KEYS *") == all);
    longest_reply = all.size() / 2;
    BOOST_TEST(run("KEYS *") == too_large);
    BOOST_TEST(run("KEYS nothing*") == "*0\r\n");
}

BOOST_AUTO_TEST_CASE(scan_ends_early_where_its_reply_would_be_too_long) {
    fill("key", 0, 2000);
    for (const std::uint64_t bound : {0, 4000}) {
        longest_reply = bound;
        std::string cursor = "0";
        std::size_t found = 0;
        int calls = 0;
        do {
            const auto reply = run({"SCAN", cursor, "COUNT", "1000000"});
            BOOST_TEST_REQUIRE(reply.starts_with("*2\r\n$"));
            BOOST_TEST(reply.size() < bound + 256UL * 16 + 64);
            const auto begin = reply.find("\r\n", 4) + 2;
            cursor = reply.substr(begin, reply.find("\r\n", begin) - begin);
            for (auto at = reply.find("key"); at != std::string::npos;
                 at = reply.find("key", at + 1))
                ++found;
            ++calls;
        } while (cursor != "0" && calls < 1000);
        BOOST_TEST(found == 2000U);
        BOOST_TEST(calls > 3);
    }
}

BOOST_AUTO_TEST_SUITE_END()
