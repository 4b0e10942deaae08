#include "tests/unit/backend/commands/fixture.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace backend::test;

namespace {

struct lcs_fixture : command_fixture {
    std::string lcs(std::string_view a, std::string_view b) {
        run({"SET", "a", a});
        run({"SET", "b", b});
        return run("LCS a b");
    }
};

/// By recursion over all prefixes, as the term is defined.
std::size_t length_by_definition(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return 0;
    if (a.back() == b.back()) {
        return 1 + length_by_definition(a.substr(0, a.size() - 1), b.substr(0, b.size() - 1));
    }
    return std::max(length_by_definition(a.substr(0, a.size() - 1), b),
                    length_by_definition(a, b.substr(0, b.size() - 1)));
}

bool is_subsequence(std::string_view part, std::string_view whole) {
    for (const char c : whole) {
        if (!part.empty() && part.front() == c) part.remove_prefix(1);
    }
    return part.empty();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(lcs_test, lcs_fixture)

BOOST_AUTO_TEST_CASE(the_longest_common_subsequence_is_found) {
    BOOST_TEST(lcs("ohmytext", "mynewtext") == bulk("mytext"));
    BOOST_TEST(run("LCS a b LEN") == ":6\r\n");
    BOOST_TEST(lcs("abc", "xyz") == bulk(""));
    BOOST_TEST(lcs("", "xyz") == bulk(""));
    BOOST_TEST(lcs("same", "same") == bulk("same"));
    BOOST_TEST(run("LCS a absent") == bulk(""));
    BOOST_TEST(run("LCS absent absent LEN") == zero);
    BOOST_TEST(run("LCS a a") == bulk("same"));
}

BOOST_AUTO_TEST_CASE(it_is_as_long_as_its_definition_says) {
    std::mt19937 random(7);
    for (int i = 0; i < 300; ++i) {
        std::string a(random() % 9, ' ');
        std::string b(random() % 9, ' ');
        for (auto* const text : {&a, &b}) {
            std::generate(text->begin(), text->end(), [&] { return "xyz"[random() % 3]; });
        }
        BOOST_TEST_CONTEXT(a << " and " << b) {
            const auto reply = lcs(a, b);
            const auto text = reply.substr(reply.find('\n') + 1);
            const auto found = text.substr(0, text.size() - 2);
            BOOST_TEST(found.size() == length_by_definition(a, b));
            BOOST_TEST(is_subsequence(found, a));
            BOOST_TEST(is_subsequence(found, b));
        }
    }
}

BOOST_AUTO_TEST_CASE(runs_are_told_from_the_end) {
    lcs("ohmytext", "mynewtext");
    const std::string last = "*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n";
    const std::string first = "*2\r\n:2\r\n:3\r\n*2\r\n:0\r\n:1\r\n";
    const std::string length = "$3\r\nlen\r\n:6\r\n";
    BOOST_TEST(run("LCS a b IDX") ==
               "*4\r\n$7\r\nmatches\r\n*2\r\n*2\r\n" + last + "*2\r\n" + first + length);
    BOOST_TEST(run("LCS a b idx MINMATCHLEN 4 WITHMATCHLEN") ==
               "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n" + last + ":4\r\n" + length);
    version = shared::protocol::resp3;
    BOOST_TEST(run("LCS a b IDX MINMATCHLEN 9") == "%2\r\n$7\r\nmatches\r\n*0\r\n" + length);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
    for (const auto line : {"LCS a b MINMATCHLEN", "LCS a b WHAT", "LCS a b LEN x"}) {
        BOOST_TEST(run(line) == syntax);
    }
    BOOST_TEST(run("LCS a b MINMATCHLEN x") == no_integer);
    BOOST_TEST(run("LCS a b LEN IDX") ==
               "-ERR If you want both the length and indexes, please just use IDX.\r\n");
}

BOOST_AUTO_TEST_CASE(too_large_a_table_is_refused) {
    longest_value = 4UL * 11 * 11;
    BOOST_TEST(lcs(std::string(10, 'x'), std::string(10, 'x')) == bulk("xxxxxxxxxx"));
    BOOST_TEST(lcs(std::string(10, 'x'), std::string(11, 'x'))
                   .starts_with("-ERR Insufficient memory, transient memory for LCS"));
}

BOOST_AUTO_TEST_CASE(too_many_runs_for_a_reply_are_refused) {
    lcs("ohmytext", "mynewtext");
    const auto whole = run("LCS a b IDX");
    longest_reply = 40;
    BOOST_TEST(run("LCS a b IDX") == too_large);
    BOOST_TEST(run("LCS a b LEN") == ":6\r\n");
    longest_reply = whole.size();
    BOOST_TEST(run("LCS a b IDX") == whole);
}

BOOST_AUTO_TEST_SUITE_END()
