#include "backend/replication/readiness.hpp"

#include <boost/test/unit_test.hpp>

using backend::readiness;
using backend::sync_state;
using std::chrono::seconds;

namespace {

shared::steady_time at(int second) {
    return shared::steady_time{} + seconds(second);
}

/// Begins to wait at second 100, with a grace of 10.
struct readiness_fixture {
    readiness state{seconds(10), at(100)};
    bool in(sync_state expected) const { return state.state() == expected; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(readiness_test, readiness_fixture)

BOOST_AUTO_TEST_CASE(it_waits_for_the_partner_until_the_grace_is_over) {
    BOOST_TEST(in(sync_state::waiting));
    BOOST_TEST(!state.ready(at(100)));
    BOOST_TEST(!state.ready(at(109)));
    BOOST_TEST(state.ready(at(110)));
}

BOOST_AUTO_TEST_CASE(a_partner_whose_port_refuses_is_not_waited_for) {
    state.on_nobody_there();
    BOOST_TEST(in(sync_state::waiting));
    BOOST_TEST(state.ready(at(100)));
}

BOOST_AUTO_TEST_CASE(it_is_ready_when_the_exchange_is_whole_and_not_before) {
    state.on_connected();
    BOOST_TEST(in(sync_state::catching_up));
    BOOST_TEST(!state.ready(at(100)));
    BOOST_TEST(!state.ready(at(10'000)));
    state.on_exchanged();
    BOOST_TEST(in(sync_state::synced));
    BOOST_TEST(state.ready(at(100)));
}

BOOST_AUTO_TEST_CASE(a_partner_that_comes_back_makes_it_catch_up_though_it_was_ready_alone) {
    state.on_nobody_there();
    state.on_connected();
    BOOST_TEST(!state.ready(at(200)));
    state.on_exchanged();
    BOOST_TEST(state.ready(at(200)));
}

BOOST_AUTO_TEST_CASE(a_lost_partner_is_waited_for_anew) {
    state.on_connected();
    state.on_exchanged();
    state.on_lost(at(500));
    BOOST_TEST(in(sync_state::waiting));
    BOOST_TEST(!state.ready(at(509)));
    BOOST_TEST(state.ready(at(510)));
}

BOOST_AUTO_TEST_CASE(an_earlier_refusal_says_nothing_about_a_partner_that_was_there_since) {
    state.on_nobody_there();
    state.on_connected();
    state.on_lost(at(500));
    BOOST_TEST(!state.ready(at(501)));
    state.on_nobody_there();
    BOOST_TEST(state.ready(at(501)));
}

BOOST_AUTO_TEST_CASE(a_link_lost_in_the_middle_of_the_exchange_leaves_it_waiting) {
    state.on_connected();
    state.on_lost(at(101));
    BOOST_TEST(in(sync_state::waiting));
    BOOST_TEST(!state.ready(at(102)));
}

BOOST_AUTO_TEST_CASE(a_second_link_begins_with_an_exchange_of_its_own) {
    state.on_connected();
    state.on_exchanged();
    state.on_connected();
    BOOST_TEST(in(sync_state::catching_up));
    BOOST_TEST(!state.ready(at(100)));
}

BOOST_AUTO_TEST_SUITE_END()
