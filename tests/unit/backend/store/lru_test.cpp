#include "backend/store/lru.hpp"

#include "tests/unit/backend/store/eviction_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::eviction;
using cache = backend_test::one_part<backend::lru_policy>;

BOOST_AUTO_TEST_SUITE(lru_test)

BOOST_AUTO_TEST_CASE(without_entries_there_is_no_victim) {
    cache held;
    BOOST_TEST(held.evict() == '-');
    BOOST_TEST(held.part().rank(0) == eviction::nothing);
    held.add('a');
    held.remove('a');
    BOOST_TEST(held.evict() == '-');
    BOOST_TEST(held.part().rank(0) == eviction::nothing);
}

BOOST_AUTO_TEST_CASE(the_first_one_added_goes_first) {
    cache held;
    held.add_all("abc");
    BOOST_TEST(held.evict(4) == "abc-");
}

BOOST_AUTO_TEST_CASE(a_use_makes_an_entry_the_last_to_go) {
    cache held;
    held.add_all("abc");
    held.use('b');
    held.use('a');
    BOOST_TEST(held.evict(3) == "cba");
}

BOOST_AUTO_TEST_CASE(any_entry_can_be_removed) {
    for (const char gone : std::string_view("abc")) {
        cache held;
        held.add_all("abc");
        held.remove(gone);
        std::string rest = "abc";
        std::erase(rest, gone);
        BOOST_TEST(held.evict(2) == rest);
    }
}

BOOST_AUTO_TEST_CASE(a_new_value_counts_as_a_use) {
    for (const char renewed : std::string_view("abc")) {
        cache held;
        held.add_all("abc");
        held.replace(renewed, "longer");
        std::string rest = "abc";
        std::erase(rest, renewed);
        BOOST_TEST(held.evict(3) == rest + renewed);
    }
}

BOOST_AUTO_TEST_CASE(the_oldest_of_all_shards_goes_first) {
    cache held(3);
    held.add('a', 2);
    held.add('b', 0);
    held.add('c', 1);
    held.add('d', 0);
    held.use('b');
    BOOST_TEST(held.evict(4) == "acdb");
}

BOOST_AUTO_TEST_SUITE_END()
