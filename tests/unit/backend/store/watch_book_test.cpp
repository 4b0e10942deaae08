#include "backend/store/watch_book.hpp"

#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::watch_book;
using backend_test::one_store;

namespace {

/// How often "k", which does not exist, comes while `happen` goes on.
template <typename Happen>
std::uint64_t arrivals(one_store& store, Happen happen) {
    const auto before = store.data.open("k", store.now).watch_absence();
    happen();
    return store.data.open("k", store.now).end_absence_watch() - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(watch_book_test)

BOOST_AUTO_TEST_CASE(arrivals_are_counted_while_a_key_is_watched) {
    watch_book book;
    book.on_arrival(1);
    const auto before = book.watch(1);
    book.on_arrival(2);
    BOOST_TEST(book.unwatch(1) == before);
    const auto again = book.watch(1);
    book.on_arrival(1);
    BOOST_TEST(book.unwatch(1) != again);
}

BOOST_AUTO_TEST_CASE(each_who_watches_counts_from_when_it_began) {
    watch_book book;
    const auto first = book.watch(1);
    book.on_arrival(1);
    const auto second = book.watch(1);
    BOOST_TEST(book.unwatch(1) == second);
    BOOST_TEST(book.unwatch(1) != first);
}

BOOST_AUTO_TEST_CASE(what_nobody_watches_is_forgotten) {
    watch_book book;
    book.watch(1);
    book.watch(1);
    book.watch(2);
    BOOST_TEST(book.size() == 2U);
    book.unwatch(1);
    BOOST_TEST(book.size() == 2U);
    book.unwatch(1);
    book.unwatch(2);
    BOOST_TEST(book.size() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_key_that_came_and_went_again_has_come, one_store) {
    BOOST_TEST(arrivals(*this, [&] {
                   set("k", "v");
                   erase("k");
               }) == 1U);
    BOOST_TEST(arrivals(*this, [&] {
                   set("k", "v", now + 1);
                   now += 1;
                   set("k", "v", now + 1);
                   now += 1;
               }) == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_key_that_a_partner_sets_has_come, one_store) {
    const auto merge = [&](backend::effect_kind kind) {
        data.merge({.kind = kind, .stamp = clock.next(now), .key = "k", .value = "v"}, now);
    };
    BOOST_TEST(arrivals(*this, [&] {
                   merge(backend::effect_kind::set);
                   merge(backend::effect_kind::erase);
               }) == 1U);
    BOOST_TEST(arrivals(*this, [&] { merge(backend::effect_kind::erase); }) == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_make_the_key_exist_is_no_arrival, one_store) {
    BOOST_TEST(arrivals(*this, [&] {
                   set("other", "v");
                   has("k");
                   erase("k");
                   set("k", "v", 1);
               }) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
