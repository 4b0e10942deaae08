#include "backend/store/lease_book.hpp"

#include <boost/test/unit_test.hpp>

using backend::lease_book;

BOOST_AUTO_TEST_SUITE(lease_book_test)

BOOST_AUTO_TEST_CASE(a_lease_is_held_until_its_time) {
    lease_book book;
    BOOST_TEST(book.find(1, 0).token == 0U);
    book.grant(1, {.token = 7, .until = 100}, 0);
    BOOST_TEST(book.find(1, 99).token == 7U);
    BOOST_TEST(book.find(1, 99).until == 100);
    BOOST_TEST(book.find(2, 99).token == 0U);
    BOOST_TEST(book.find(1, 100).token == 0U);
    BOOST_TEST(book.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_ended_is_gone) {
    lease_book book;
    book.end(1);
    book.grant(1, {.token = 7, .until = 100}, 0);
    book.grant(2, {.token = 8, .until = 100}, 0);
    book.end(1);
    BOOST_TEST(book.find(1, 0).token == 0U);
    BOOST_TEST(book.find(2, 0).token == 8U);
    book.end_all();
    BOOST_TEST(book.find(2, 0).token == 0U);
}

BOOST_AUTO_TEST_CASE(a_full_book_drops_what_has_ended_first) {
    lease_book book;
    for (std::uint64_t key = 0; key < lease_book::most; ++key) {
        book.grant(key, {.token = key + 1, .until = key % 2 == 0 ? 50 : 100}, 0);
    }
    book.grant(lease_book::most, {.token = 9, .until = 200}, 60);
    BOOST_TEST(book.size() == lease_book::most / 2 + 1);
    for (std::uint64_t key = 1; key < lease_book::most; key += 2) {
        BOOST_REQUIRE(book.find(key, 60).token == key + 1);
    }
}

BOOST_AUTO_TEST_CASE(a_full_book_forgets_a_lease_to_give_another) {
    lease_book book;
    for (std::uint64_t key = 0; key < 2 * lease_book::most; ++key) {
        book.grant(key, {.token = key + 1, .until = 100}, 0);
        BOOST_REQUIRE(book.find(key, 0).token == key + 1);
        BOOST_REQUIRE(book.size() <= lease_book::most);
    }
}

BOOST_AUTO_TEST_SUITE_END()
