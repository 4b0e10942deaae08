#include "backend/replication/verification.hpp"

#include "tests/unit/backend/replication/link_pair.hpp"

#include <boost/test/unit_test.hpp>

using backend::difference;
using backend::key_print;
using backend_test::link_pair;
using backend_test::partner;

namespace {

using prints = std::vector<key_print>;

struct verify_fixture : link_pair {
    void fill(partner& where, int from, int to, std::size_t size = 10) {
        for (int i = from; i < to; ++i) where.set(std::to_string(i), std::string(size, 'v'), now);
    }
    /// Changes one side alone, as no partner ever should.
    void slip(partner& where, std::string_view key, std::string_view value) {
        where.data.merge({.kind = backend::effect_kind::set,
                          .stamp = where.clock.next(now.unix),
                          .key = key,
                          .value = value},
                         now.unix);
    }
    void begin() {
        problem = a->sender.verify([this](auto found) { done = true, result = found; }, now);
    }
    /// Until there is a result, heartbeats and all.
    void finish() {
        for (int i = 0; i < 2000 && !done; ++i) settle();
        BOOST_TEST_REQUIRE(done);
    }

    bool done = false;
    std::optional<backend::verification_result> result;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(verification_test, verify_fixture)

BOOST_AUTO_TEST_CASE(what_differs_is_counted_by_kind) {
    const prints here{{1, 10}, {2, 20}, {3, 30}, {5, 50}};
    const prints there{{2, 20}, {3, 31}, {4, 40}, {6, 60}, {7, 70}};
    const auto found = backend::compare(here, there);
    BOOST_TEST(found.content == 1U);
    BOOST_TEST(found.here == 2U);
    BOOST_TEST(found.there == 3U);
    BOOST_TEST(found.keys() == 6U);
    BOOST_TEST(backend::compare(here, here).keys() == 0U);
    BOOST_TEST(backend::compare({}, there).there == 5U);
    BOOST_TEST(backend::compare(here, {}).here == 4U);
}

BOOST_AUTO_TEST_CASE(every_entry_is_in_one_slice) {
    fill(*a, 0, 3000);
    a->data.open("7", now.unix).erase();
    std::size_t found = 0;
    for (backend::slice_number slice = 0; slice < backend::slices; ++slice)
        found += backend::prints_of(a->data, slice, now.unix).size();
    BOOST_TEST(found == 2999U);
}

BOOST_AUTO_TEST_CASE(a_question_is_answered_with_yes_or_with_what_there_is) {
    fill(*a, 0, 3000);
    for (const backend::slice_number slice : {0U, 17U, backend::slices - 1}) {
        const auto own = backend::prints_of(a->data, slice, now.unix);
        const auto digest = backend::digest_of(own);
        const auto yes = backend::read_answer(
            backend::answer_question(a->data, backend::slice_question(slice, digest), now.unix));
        BOOST_TEST(yes.slice == slice);
        BOOST_TEST(yes.equal);
        const auto no = backend::read_answer(backend::answer_question(
            a->data, backend::slice_question(slice, digest + 1), now.unix));
        BOOST_TEST(!no.equal);
        BOOST_TEST((no.prints == own));
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_answer_are_told_apart) {
    for (const auto* wrong : {"", "1234", "12345x"})
        BOOST_TEST(backend::read_answer(wrong).slice == backend::slices);
    BOOST_TEST(backend::answer_question(a->data, "x", now.unix).empty());
}

BOOST_AUTO_TEST_CASE(equal_sides_are_equal_in_one_round) {
    fill(*a, 0, 1000);
    fill(*b, 500, 1500);
    connect();
    begin();
    BOOST_TEST(problem == "");
    finish();
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(result->keys == 1500U);
    BOOST_TEST(result->differ.keys() == 0U);
    BOOST_TEST(result->rounds == 1U);
}

BOOST_AUTO_TEST_CASE(how_many_keys_differ_is_named) {
    fill(*a, 0, 1000);
    connect();
    slip(*b, "1", "another");
    slip(*b, "2", "another");
    slip(*b, "only there", "v");
    for (const char* key : {"x", "y", "z"}) slip(*a, key, "v");
    begin();
    finish();
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(result->differ.content == 2U);
    BOOST_TEST(result->differ.there == 1U);
    BOOST_TEST(result->differ.here == 3U);
    BOOST_TEST(result->rounds == 3U);
}

BOOST_AUTO_TEST_CASE(the_same_version_with_another_value_differs) {
    connect();
    const auto stamp = a->clock.next(now.unix);
    for (auto* each : {&*a, &*b}) {
        each->data.merge({.kind = backend::effect_kind::set,
                          .stamp = stamp,
                          .key = "k",
                          .value = each == &*a ? "one" : "other"},
                         now.unix);
    }
    begin();
    finish();
    BOOST_TEST(result->differ.content == 1U);
}

BOOST_AUTO_TEST_CASE(changes_on_their_way_do_not_count) {
    fill(*a, 0, 1000);
    connect();
    begin();
    for (int i = 0; i < 50 && !done; ++i) {  // each is under way while slices are compared
        fill(*b, i * 20, i * 20 + 20, 5);
        fill(*a, 1000 + i, 1001 + i);
        deliver(*a, *b);
        deliver(*b, *a);
    }
    finish();
    BOOST_TEST(result->differ.keys() == 0U);
}

BOOST_AUTO_TEST_CASE(without_a_link_there_is_nothing_to_compare_with) {
    begin();
    BOOST_TEST(problem == "the partner has not everything yet");
    BOOST_TEST(!done);
}

BOOST_AUTO_TEST_CASE(two_comparisons_at_a_time_are_one_too_many) {
    connect();
    begin();
    begin();
    BOOST_TEST(problem == "a comparison is going on");
    finish();
}

BOOST_AUTO_TEST_CASE(a_lost_link_ends_it_without_a_result) {
    connect();
    begin();
    cut();
    BOOST_TEST(done);
    BOOST_TEST(!result.has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_question_of_an_earlier_link_says_nothing) {
    connect();
    std::string bytes;
    const auto answer = backend::answer_question(a->data, backend::slice_question(3, 0), now.unix);
    backend::append_record(bytes, {.kind = backend::effect_kind::mark,
                                   .stamp = b->clock.next(now.unix),
                                   .key = answer,
                                   .value = backend::mark_verified});
    BOOST_TEST(a->sender.on_bytes(bytes, a->out, now) == "");
}

BOOST_AUTO_TEST_SUITE_END()
