#include "shared/command/glob.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using shared::glob_matches;

BOOST_AUTO_TEST_SUITE(glob_test)

BOOST_AUTO_TEST_CASE(plain_text_matches_itself_in_any_case) {
    BOOST_TEST(glob_matches("maxmemory", "MaxMemory"));
    BOOST_TEST(!glob_matches("maxmemory", "maxmemor"));
    BOOST_TEST(!glob_matches("maxmemor", "maxmemory"));
    BOOST_TEST(glob_matches("", ""));
    BOOST_TEST(!glob_matches("", "a"));
    BOOST_TEST(!glob_matches("a", ""));
}

BOOST_AUTO_TEST_CASE(letters_of_keys_match_in_their_own_case_alone) {
    using enum shared::letter_case;
    BOOST_TEST(glob_matches("key:*", "key:A", matters));
    BOOST_TEST(!glob_matches("key:*", "Key:A", matters));
    BOOST_TEST(glob_matches("[A-Z]?", "Ba", matters));
    BOOST_TEST(!glob_matches("[A-Z]?", "ba", matters));
    BOOST_TEST(!glob_matches("[ab]", "A", matters));
    BOOST_TEST(!glob_matches("\\a", "A", matters));
    BOOST_TEST(glob_matches("\\A", "A", matters));
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_any_bytes) {
    for (const auto text : {"", "a", "abc"}) BOOST_TEST(glob_matches("*", text));
    BOOST_TEST(glob_matches("a*c", "ac"));
    BOOST_TEST(glob_matches("a*c", "abcbc"));
    BOOST_TEST(!glob_matches("a*c", "abcb"));
    BOOST_TEST(glob_matches("*b*", "abc"));
    BOOST_TEST(glob_matches("**a**", "a"));
    BOOST_TEST(!glob_matches("*a", "ab"));
}

BOOST_AUTO_TEST_CASE(a_question_mark_stands_for_one_byte) {
    BOOST_TEST(glob_matches("a?c", "abc"));
    BOOST_TEST(!glob_matches("a?c", "ac"));
    BOOST_TEST(!glob_matches("?", ""));
}

BOOST_AUTO_TEST_CASE(a_set_stands_for_one_of_its_bytes) {
    BOOST_TEST(glob_matches("[abc]x", "Bx"));
    BOOST_TEST(!glob_matches("[abc]x", "dx"));
    BOOST_TEST(glob_matches("[a-c]", "b"));
    BOOST_TEST(glob_matches("[c-a]", "b"));
    BOOST_TEST(!glob_matches("[a-c]", "d"));
    BOOST_TEST(glob_matches("[^a-c]", "d"));
    BOOST_TEST(!glob_matches("[^a-c]", "b"));
    BOOST_TEST(glob_matches("[\\]]", "]"));
    BOOST_TEST(glob_matches("[a\\-c]", "-"));
    BOOST_TEST(!glob_matches("[a\\-c]", "b"));
    BOOST_TEST(!glob_matches("[]", "a"));
}

BOOST_AUTO_TEST_CASE(an_open_set_ends_with_the_pattern) {
    BOOST_TEST(glob_matches("[ab", "b"));
    BOOST_TEST(!glob_matches("[ab", "c"));
    BOOST_TEST(glob_matches("[^", "c"));
    BOOST_TEST(!glob_matches("[", "a"));
    BOOST_TEST(!glob_matches("[a-", "b"));
}

BOOST_AUTO_TEST_CASE(a_backslash_takes_the_next_byte_as_it_is) {
    BOOST_TEST(glob_matches("\\*", "*"));
    BOOST_TEST(!glob_matches("\\*", "a"));
    BOOST_TEST(glob_matches("\\[a", "[a"));
    BOOST_TEST(glob_matches("a\\", "a\\"));
}

BOOST_AUTO_TEST_CASE(a_pattern_of_many_stars_is_quick) {
    std::string pattern;
    for (int i = 0; i < 1000; ++i) pattern += "a*";
    pattern += 'b';
    const std::string text(20000, 'a');
    BOOST_TEST(!glob_matches(pattern, text));
    BOOST_TEST(glob_matches(pattern, text + 'b'));
}

BOOST_AUTO_TEST_CASE(what_takes_many_steps_has_the_answer_of_what_takes_few) {
    // What stands before is found, and only after all free steps have been spent.
    const std::string pattern_before = "*" + std::string(300, 'a') + "b";
    const std::string text_before = std::string(20000, 'a') + "b";
    for (const std::string pattern :
         {"",     "a",      "*",   "a*",  "*a",  "?",      "??",   "[ab]",
          "[^a]", "[a-c]?", "\\*", "\\a", "a\\", "[\\]]",  "[a",   "[",
          "[^",   "*a*b",   "**",  "a*?", "A",   "[A-B]*", "a**c", "[]a]"}) {
        for (const std::string text :
             {"", "a", "b", "A", "ab", "abc", "*", "]", "a\\", "aab", "cab"}) {
            for (const auto letters :
                 {shared::letter_case::matters, shared::letter_case::ignored}) {
                BOOST_TEST_CONTEXT(pattern << " and " << text)
                BOOST_TEST(glob_matches(pattern_before + pattern, text_before + text, letters) ==
                           glob_matches(pattern, text, letters));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_longest_pattern_takes_little_more_than_a_look_at_the_text) {
    // Who compares the pattern at every byte takes eight thousand million steps.
    const std::string pattern = "*" + std::string(shared::longest_pattern - 2, 'a') + "b";
    const std::string text(8'000'000, 'a');
    BOOST_TEST(!glob_matches(pattern, text));
    BOOST_TEST(glob_matches(pattern, text + 'b'));
    const std::string of_a_set = "*[" + std::string(1000, 'x') + "a]b";
    BOOST_TEST(!glob_matches(of_a_set, text));
    BOOST_TEST(glob_matches(of_a_set, text + 'b'));
}

BOOST_AUTO_TEST_SUITE_END()
