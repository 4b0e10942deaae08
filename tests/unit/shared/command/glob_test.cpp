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

BOOST_AUTO_TEST_SUITE_END()
