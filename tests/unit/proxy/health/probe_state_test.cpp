#include "proxy/health/probe_state.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>

using proxy::backend_status;
using proxy::probe_outcome;
using proxy::probe_state;

namespace {

constexpr auto good = probe_outcome::ready;
constexpr auto loading = probe_outcome::catching_up;
constexpr auto bad = probe_outcome::failed;

backend_status after(probe_state& state, std::initializer_list<probe_outcome> outcomes) {
    for (const auto one : outcomes) state.on_probe(one);
    return state.status();
}

bool is(backend_status actual, backend_status expected) {
    return actual == expected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(probe_state_test)

BOOST_AUTO_TEST_CASE(nothing_is_known_before_the_first_probe) {
    const probe_state state(3, 2);
    BOOST_TEST(!state.known());
    BOOST_TEST(is(state.status(), backend_status::down));
}

BOOST_AUTO_TEST_CASE(the_first_probe_decides_alone) {
    for (const auto& [outcome, status] :
         {std::pair{good, backend_status::ready}, std::pair{loading, backend_status::catching_up},
          std::pair{bad, backend_status::down}}) {
        probe_state state(3, 2);
        BOOST_TEST(is(state.on_probe(outcome), status));
        BOOST_TEST(state.known());
    }
}

BOOST_AUTO_TEST_CASE(so_many_failures_in_a_row_take_it_down) {
    probe_state state(3, 2);
    BOOST_TEST(is(after(state, {good, bad, bad}), backend_status::ready));
    BOOST_TEST(is(state.on_probe(bad), backend_status::down));
}

BOOST_AUTO_TEST_CASE(a_good_probe_between_makes_the_failures_start_again) {
    probe_state state(3, 2);
    BOOST_TEST(is(after(state, {good, bad, bad, good, bad, bad}), backend_status::ready));
    BOOST_TEST(is(after(state, {loading, bad, bad}), backend_status::catching_up));
    BOOST_TEST(is(state.on_probe(bad), backend_status::down));
}

BOOST_AUTO_TEST_CASE(so_many_good_probes_in_a_row_bring_it_back) {
    probe_state state(3, 2);
    BOOST_TEST(is(after(state, {bad, good}), backend_status::down));
    BOOST_TEST(is(after(state, {bad, good}), backend_status::down));
    BOOST_TEST(is(state.on_probe(good), backend_status::ready));
}

BOOST_AUTO_TEST_CASE(it_comes_back_as_what_the_last_probe_says) {
    probe_state state(3, 2);
    BOOST_TEST(is(after(state, {bad, good, loading}), backend_status::catching_up));
    BOOST_TEST(is(state.on_probe(good), backend_status::ready));
    BOOST_TEST(is(state.on_probe(loading), backend_status::catching_up));
}

BOOST_AUTO_TEST_CASE(a_refused_connection_takes_it_down_at_once) {
    probe_state state(3, 2);
    state.on_probe(good);
    BOOST_TEST(is(state.on_refused(), backend_status::down));
    BOOST_TEST(is(after(state, {good}), backend_status::down));
    BOOST_TEST(is(after(state, {good}), backend_status::ready));
}

BOOST_AUTO_TEST_CASE(a_refused_connection_makes_the_good_probes_start_again) {
    probe_state state(3, 3);
    after(state, {bad, good, good});
    state.on_refused();
    BOOST_TEST(is(after(state, {good, good}), backend_status::down));
    BOOST_TEST(is(state.on_probe(good), backend_status::ready));
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_knowledge_too) {
    probe_state state(3, 2);
    state.on_refused();
    BOOST_TEST(state.known());
    BOOST_TEST(is(after(state, {good}), backend_status::down));
}

BOOST_AUTO_TEST_CASE(one_of_each_is_enough_if_it_is_configured_so) {
    probe_state state(1, 1);
    BOOST_TEST(is(after(state, {good, bad}), backend_status::down));
    BOOST_TEST(is(after(state, {good}), backend_status::ready));
}

BOOST_AUTO_TEST_SUITE_END()
