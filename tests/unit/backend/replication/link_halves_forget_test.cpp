// Deletes that are forgotten while a link brings them: then it does not end as a whole exchange.
#include "tests/unit/backend/replication/halves_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::missing;
using backend_test::halves_fixture;
using namespace std::chrono_literals;

namespace {

/// One that remembers about a thousand deletes, and a partner that lacks the delete of a key.
struct forgetful_fixture : halves_fixture {
    static constexpr std::size_t little_memory = 1UL << 20U;

    forgetful_fixture() {
        a.emplace("a", 1, now, backlog, little_memory);
        fill(*a, 0, 10);
        connect();
        live(20s);
    }
    void delete_at_a(const std::string& key) { a->data.open(key, now.unix).erase(); }

    /// Every tombstone from before is forgotten.
    void delete_many() {
        const auto before = a->data.tombstone_floor();
        const auto began = a->clock.newest();
        pass(10ms);
        for (int i = 0; a->data.tombstone_floor() <= began; ++i) {
            BOOST_REQUIRE(i < 100'000);
            const auto key = "passing" + std::to_string(i);
            a->set(key, "", now);
            delete_at_a(key);
        }
        BOOST_REQUIRE(a->data.tombstone_floor() > before);
    }
    bool b_has_it_all() {
        return b->pair.facts(now.steady).receiving == backend::sync_state::synced;
    }
};

constexpr auto forgot = "more was deleted meanwhile than can be remembered";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(link_halves_forget_test, forgetful_fixture)

BOOST_AUTO_TEST_CASE(deletes_that_go_while_the_walk_comes_to_them_end_the_link) {
    cut();
    delete_at_a("0");
    restart_with_log(b, 3, "b");
    open_link(*a, *b);
    BOOST_TEST((a->sender.exchange_of() == missing::newer));
    delete_many();
    walk(*a);
    deliver(*a, *b);
    BOOST_TEST(!b_has_it_all());
    BOOST_TEST(b->get("0", now) == "v0");
    BOOST_TEST(a->sender.on_time(now) == forgot);
    cut();
    connect();
    BOOST_TEST(problem == "");
    BOOST_TEST(synced());
    BOOST_TEST(b->get("0", now) == "(none)");
    BOOST_TEST(b->get("1", now) == "v1");
    BOOST_TEST(b->data.size() == a->data.size());
}

BOOST_AUTO_TEST_CASE(who_has_dropped_what_it_had_is_not_given_up_for_that_again) {
    cut();
    delete_at_a("0");
    restart_with_log(b, 3, "b");
    open_link(*a, *b);
    delete_many();
    walk(*a);
    BOOST_TEST(a->sender.on_time(now) == forgot);
    cut();
    link(*b, *a);
    open_link(*a, *b);
    BOOST_TEST((a->sender.exchange_of() == missing::everything));
    delete_many();
    walk(*a);
    BOOST_TEST(a->sender.on_time(now) == "");
    settle();
    BOOST_TEST(synced());
    BOOST_TEST(b->get("0", now) == "(none)");
    BOOST_TEST(b->data.size() == a->data.size());
}

BOOST_AUTO_TEST_CASE(deletes_that_are_kept_for_the_partner_may_be_forgotten) {
    cut();
    delete_at_a("0");
    open_link(*a, *b);
    BOOST_TEST((a->sender.exchange_of() == missing::unheard));
    delete_many();
    walk(*a);
    BOOST_TEST(a->sender.on_time(now) == "");
    link(*b, *a);
    settle();
    BOOST_TEST(synced());
    BOOST_TEST(b->get("0", now) == "(none)");
}

BOOST_AUTO_TEST_CASE(who_had_nothing_is_sent_everything_whatever_is_forgotten_meanwhile) {
    cut();
    b.emplace("b", 3, now, backlog);
    open_link(*a, *b);
    delete_many();
    walk(*a);
    deliver(*a, *b);
    BOOST_TEST(a->sender.on_time(now) == "");
    BOOST_TEST(b_has_it_all());
}

BOOST_AUTO_TEST_SUITE_END()
