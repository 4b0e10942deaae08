#include "backend/store/w_tinylfu.hpp"

#include "tests/unit/backend/store/eviction_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::eviction;
using cache = backend_test::one_part<backend::w_tinylfu_policy>;

BOOST_AUTO_TEST_SUITE(w_tinylfu_test)

BOOST_AUTO_TEST_CASE(without_entries_there_is_no_victim) {
    cache held;
    BOOST_TEST(held.part().rank(0) == eviction::nothing);
    held.add('a');
    held.remove('a');
    BOOST_TEST(held.evict() == '-');
    BOOST_TEST(held.part().rank(0) == eviction::nothing);
}

// The newest is in the window, the one before it is the candidate.
BOOST_AUTO_TEST_CASE(a_candidate_that_is_no_better_than_the_oldest_goes) {
    cache held;
    held.add_all("abcdef");
    BOOST_TEST(held.evict() == 'e');
    held.add('g');
    BOOST_TEST(held.evict() == 'f');
}

BOOST_AUTO_TEST_CASE(a_candidate_that_was_asked_for_more_often_takes_the_place_of_the_oldest) {
    cache held;
    held.add_all("abcde");
    held.use('e');
    held.add('f');
    BOOST_TEST(held.evict() == 'a');
    BOOST_TEST(held.evict() == 'b');
}

BOOST_AUTO_TEST_CASE(what_is_used_on_probation_is_protected) {
    cache held;
    held.add_all("abcdef");
    held.use('a', 2);
    held.use('c', 2);
    BOOST_TEST(held.evict() == 'e');
    BOOST_TEST(held.evict(2) == "bd");
    BOOST_TEST(held.evict(2) == "ac");
    BOOST_TEST(held.evict() == 'f');
}

BOOST_AUTO_TEST_CASE(a_key_that_was_evicted_is_still_counted) {
    cache held;
    held.add_all("abcdef");
    for (int i = 0; i < 3; ++i) {
        held.add('x');
        held.evict(1);
        held.add('y');
        BOOST_TEST_REQUIRE(held.has('y'));
        held.evict(1);
        if (held.has('x')) held.remove('x');
        held.remove('y');
    }
    held.add('x');
    held.add('y');
    BOOST_TEST(held.evict() != 'x');
    BOOST_TEST(held.has('x'));
}

BOOST_AUTO_TEST_CASE(an_entry_can_be_removed_from_any_queue) {
    cache held;
    held.add_all("abcdef");
    held.use('a');
    for (const char gone : std::string_view("abef")) held.remove(gone);
    BOOST_TEST(held.evict(3) == "cd-");
}

BOOST_AUTO_TEST_CASE(a_new_value_counts_as_a_use) {
    cache held;
    held.add_all("abcdef");
    held.replace('a', "longer");
    BOOST_TEST(held.evict(5) == "ebcda");
    BOOST_TEST(held.evict() == 'f');
}

BOOST_AUTO_TEST_CASE(the_newest_of_each_shard_goes_last) {
    cache held(3);
    held.add('a', 0);
    held.add('b', 1);
    held.add('c', 0);
    held.add('d', 2);
    BOOST_TEST(held.evict(4) == "abcd");
}

BOOST_AUTO_TEST_CASE(counts_take_memory_in_proportion_to_the_entries) {
    cache held;
    held.add_all("abcdef");
    BOOST_TEST(held.part().bytes() > 0U);
    BOOST_TEST(held.part().bytes() <= 16U * 8);
}

BOOST_AUTO_TEST_SUITE_END()
