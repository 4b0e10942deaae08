#include "shared/hash/key_hash.hpp"

#include <boost/test/unit_test.hpp>

using shared::tag_of;

BOOST_AUTO_TEST_SUITE(key_hash_test)

// The cases of Redis Cluster's specification, "Hash tags".
BOOST_AUTO_TEST_CASE(a_tag_is_what_stands_between_the_first_marks) {
    BOOST_TEST(tag_of("{user1000}.following", {'{', '}'}) == "user1000");
    BOOST_TEST(tag_of("foo{{bar}}zap", {'{', '}'}) == "{bar");
    BOOST_TEST(tag_of("foo{bar}{zap}", {'{', '}'}) == "bar");
    BOOST_TEST(tag_of("}a{b}", {'{', '}'}) == "b");
}

BOOST_AUTO_TEST_CASE(without_a_whole_tag_the_key_counts) {
    for (const auto* key : {"", "plain", "foo{}{bar}", "foo{bar", "foo}bar{", "{}"})
        BOOST_TEST(tag_of(key, {'{', '}'}) == key);
}

BOOST_AUTO_TEST_CASE(any_two_characters_can_be_marks_even_the_same_twice) {
    BOOST_TEST(tag_of("a$tag$b", {'$', '$'}) == "tag");
    BOOST_TEST(tag_of("a$$b", {'$', '$'}) == "a$$b");
    BOOST_TEST(tag_of("a[tag>b", {'[', '>'}) == "tag");
}

BOOST_AUTO_TEST_CASE(the_hash_is_taken_of_the_tag_if_marks_are_given) {
    const shared::key_hash plain(&shared::xxh3);
    const shared::key_hash tagged(&shared::xxh3, shared::tag_marks{'{', '}'});
    BOOST_TEST(plain("a{tag}") == shared::xxh3("a{tag}"));
    BOOST_TEST(tagged("a{tag}") == shared::xxh3("tag"));
    BOOST_TEST(tagged("plain") == shared::xxh3("plain"));
}

BOOST_AUTO_TEST_SUITE_END()
