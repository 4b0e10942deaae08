#include "proxy/resilience/failover.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using proxy::backend_status;
using proxy::failure;
using proxy::nobody;
using enum proxy::backend_status;

namespace {

constexpr std::size_t home = 1;
constexpr std::size_t partner = 3;

/// Who serves; the other backends of the pool are ready and no business of this key's.
std::size_t server(backend_status home_is, backend_status partner_is, bool paired = true) {
    std::array statuses{ready, home_is, ready, partner_is};
    return proxy::serve_by(home, paired ? partner : nobody, statuses);
}

std::string text(failure what, bool idempotent) {
    return proxy::failure_text(what, idempotent, "a1", std::chrono::milliseconds(250));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failover_test)

BOOST_AUTO_TEST_CASE(every_combination_of_two_partners_has_its_server) {
    struct row {
        backend_status home_is, partner_is;
        std::size_t server;
    };
    constexpr row table[] = {
        {ready, ready, home},
        {ready, catching_up, home},
        {ready, down, home},
        {catching_up, ready, partner},
        {catching_up, catching_up, home},
        {catching_up, down, home},
        {returning, ready, partner},
        {returning, returning, partner},
        {returning, down, home},
        {returning, catching_up, home},
        {ready, returning, home},
        {catching_up, returning, partner},
        {down, returning, partner},
        {down, ready, partner},
        {down, catching_up, partner},
        {down, down, nobody},
    };
    for (const auto& [home_is, partner_is, expected] : table) {
        BOOST_TEST_CONTEXT(int(home_is) << " " << int(partner_is)) {
            BOOST_TEST(server(home_is, partner_is) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_backend_without_a_partner_serves_as_long_as_it_answers) {
    BOOST_TEST(server(ready, ready, false) == home);
    BOOST_TEST(server(catching_up, ready, false) == home);
    BOOST_TEST(server(down, ready, false) == nobody);
}

BOOST_AUTO_TEST_CASE(what_may_be_sent_once_more) {
    struct row {
        failure what;
        bool plain, idempotent;
    };
    constexpr row table[] = {
        {failure::not_sent, true, true},     {failure::lost, false, true},
        {failure::timed_out, false, false},  {failure::malformed, false, false},
        {failure::not_spared, false, false}, {failure::loading, true, true},
    };
    for (const auto& [what, plain, idempotent] : table) {
        BOOST_TEST_CONTEXT(int(what)) {
            BOOST_TEST(proxy::may_retry(what, false, 1) == plain);
            BOOST_TEST(proxy::may_retry(what, true, 1) == idempotent);
            // A second try that ended before it began leaves a third.
            const bool once_more = what == failure::not_sent;
            for (const bool repeatable : {false, true}) {
                BOOST_TEST(proxy::may_retry(what, repeatable, 2) == once_more);
                BOOST_TEST(!proxy::may_retry(what, repeatable, 3));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failures_text_says_what_happened_and_what_is_in_doubt) {
    const std::string doubt = "; the command may or may not have been applied";
    BOOST_TEST(text(failure::lost, true) == "UNAVAILABLE connection to backend 'a1' was lost");
    BOOST_TEST(text(failure::lost, false) == "UNKNOWN connection to backend 'a1' was lost" + doubt);
    BOOST_TEST(text(failure::loading, false) ==
               "LOADING backend 'a1' is loading its data, and no partner can answer");
    BOOST_TEST(text(failure::malformed, true) == "UNAVAILABLE backend 'a1' broke the protocol");
    BOOST_TEST(text(failure::malformed, false) ==
               "UNKNOWN backend 'a1' broke the protocol" + doubt);
    BOOST_TEST(text(failure::not_spared, true) ==
               "UNAVAILABLE connection to backend 'a1' was lost, and too many requests are sent "
               "again already");
    BOOST_TEST(text(failure::timed_out, true) ==
               "TIMEOUT backend 'a1' did not answer within 250ms");
    BOOST_TEST(text(failure::timed_out, false) ==
               "TIMEOUT backend 'a1' did not answer within 250ms" + doubt);
}

BOOST_AUTO_TEST_CASE(what_was_never_sent_is_not_in_doubt) {
    for (const bool idempotent : {false, true}) {
        BOOST_TEST(text(failure::not_sent, idempotent) == proxy::unavailable_text("a1"));
    }
    BOOST_TEST(proxy::unavailable_text("a1") ==
               "UNAVAILABLE backend 'a1' is down and no partner can answer for it");
}

BOOST_AUTO_TEST_SUITE_END()
