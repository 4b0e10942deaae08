#include "shared/resp/inline_words.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;

namespace {

using word_list = std::vector<std::string>;

word_list split(std::string_view line) {
    std::vector<std::string_view> words;
    std::vector<std::string> unquoted;
    if (!shared::split_inline(line, words, unquoted)) return {"unbalanced"};
    return {words.begin(), words.end()};
}

void check(std::string_view line, const word_list& expected) {
    BOOST_TEST_CONTEXT("line " << line) {
        BOOST_TEST(split(line) == expected, boost::test_tools::per_element());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inline_words_test)

BOOST_AUTO_TEST_CASE(blanks_of_every_kind_separate_words) {
    check("", {});
    check(" \t ", {});
    check("GET a", {"GET", "a"});
    check("  GET\t a  ", {"GET", "a"});
    check("\v\fGET a", {"GET", "a"});
}

BOOST_AUTO_TEST_CASE(vertical_tab_and_form_feed_stay_within_a_word) {
    check("a\vb c\f", {"a\vb", "c\f"});
}

BOOST_AUTO_TEST_CASE(double_quotes_know_escapes) {
    check(R"("\n\r\t\b\a\\\"\q")", {"\n\r\t\b\a\\\"q"});
    check(R"("\x41\x7f\xFf")", {"A\x7f\xff"});
    check(R"("\x00")", {std::string(1, '\0')});
}

BOOST_AUTO_TEST_CASE(an_incomplete_hexadecimal_escape_is_an_x) {
    check(R"("\xZZ")", {"xZZ"});
    check(R"("\x4")", {"x4"});
    check(R"("\x")", {"x"});
}

BOOST_AUTO_TEST_CASE(single_quotes_know_one_escape) {
    check(R"('\'\n"')", {R"('\n")"});
}

BOOST_AUTO_TEST_CASE(empty_quotes_are_an_empty_word) {
    check("'' \"\"", {"", ""});
}

BOOST_AUTO_TEST_CASE(quotes_may_begin_within_a_word) {
    check("a\"b c\" d'e f'", {"ab c", "de f"});
}

BOOST_AUTO_TEST_CASE(a_closing_quote_must_end_its_word) {
    for (const auto line : {R"("a"b)", R"('a'b)", R"("a"'b')", R"("a""b")"})
        check(line, {"unbalanced"});
    check("\"a\"\vb", {"a", "b"});
}

BOOST_AUTO_TEST_CASE(a_quote_must_be_closed) {
    for (const auto line : {"\"", "'", "a\"", "\"a", "'a", R"("a\")", R"('a\')", R"(a "b' c)"}) {
        check(line, {"unbalanced"});
    }
}

BOOST_AUTO_TEST_CASE(many_short_quoted_words_keep_their_bytes) {
    std::string line;
    word_list expected;
    for (int i = 0; i < 1000; ++i) {
        line += '"' + std::to_string(i) + "\" ";
        expected.push_back(std::to_string(i));
    }
    BOOST_TEST((split(line) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
