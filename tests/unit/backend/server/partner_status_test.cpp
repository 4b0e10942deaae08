#include "backend/server/partner_status.hpp"

#include <boost/test/unit_test.hpp>

using backend::link_status;
using backend::partner_lines;
using backend::sync_state;
using namespace std::chrono_literals;

namespace {

link_status in_step() {
    return {.sending = true,
            .sent_all = true,
            .receiving = sync_state::synced,
            .ready = true,
            .unsent_bytes = 5,
            .records_sent = 17,
            .lag = {.records = 3, .bytes = 90, .time = 4500us, .answer = 210us},
            .exchange_of = backend::missing::newer,
            .exchange_sent = 1'800'000'000'999,
            .exchange_received = 1'800'000'001'000,
            .refused_versions = 2};
}

bool tells(const link_status& status, const std::string& line) {
    return ("\r\n" + partner_lines(status, 7, "")).find("\r\n" + line + "\r\n") !=
           std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partner_status_test)

BOOST_AUTO_TEST_CASE(every_fact_is_a_line) {
    BOOST_TEST(partner_lines(in_step(), 7, "p_") ==
               "p_state:in-step\r\np_ready:yes\r\np_receiving:synced\r\np_sending:up\r\n"
               "p_unsent_bytes:5\r\np_records_sent:17\r\np_lag_records:3\r\np_lag_bytes:90\r\n"
               "p_lag_ms:4\r\np_lag_us:210\r\np_last_exchange_of:newer\r\np_last_exchange_sent:"
               "1800000000\r\n"
               "p_last_exchange_received:1800000001\r\np_tombstones:7\r\n"
               "p_refused_versions:2\r\np_refused:no\r\np_own_id:-\r\np_paired_with:nobody\r\n");
}

BOOST_AUTO_TEST_CASE(who_was_refused_and_who_is_known_is_told) {
    auto status = in_step();
    status.refused = "NOAUTH no";
    status.identity = {"1f", backend::paired_node{"2e", "a2"}};
    BOOST_TEST(tells(status, "refused:NOAUTH no"));
    BOOST_TEST(tells(status, "own_id:1f"));
    BOOST_TEST(tells(status, "paired_with:2e a2"));
}

BOOST_AUTO_TEST_CASE(the_state_is_in_step_when_both_have_all) {
    auto status = in_step();
    status.sent_all = false;
    BOOST_TEST(tells(status, "state:catching-up"));
    status = in_step();
    status.receiving = sync_state::catching_up;
    BOOST_TEST(tells(status, "state:catching-up"));
    BOOST_TEST(tells(status, "receiving:catching-up"));
    status.receiving = sync_state::waiting;
    BOOST_TEST(tells(status, "state:catching-up"));
    status.sending = status.sent_all = false;
    BOOST_TEST(tells(status, "state:no-link"));
    BOOST_TEST(tells(status, "receiving:waiting"));
}

BOOST_AUTO_TEST_CASE(without_a_link_nobody_knows_the_lag) {
    auto status = in_step();
    status.sending = status.sent_all = false;
    for (const auto* name : {"lag_records", "lag_bytes", "lag_ms"})
        BOOST_TEST(tells(status, std::string(name) + ":unknown"));
    BOOST_TEST(tells(status, "sending:down"));
}

BOOST_AUTO_TEST_CASE(a_comparison_tells_how_many_keys_differ_and_how) {
    BOOST_TEST(backend::verification_lines({.keys = 9, .differ = {1, 2, 3}, .rounds = 3}) ==
               "result:different\r\nkeys:9\r\nkeys_that_differ:6\r\nother_value:1\r\n"
               "only_here:2\r\nonly_there:3\r\nrounds:3\r\n");
    BOOST_TEST(backend::verification_lines({.keys = 9, .differ = {}, .rounds = 1})
                   .starts_with("result:equal\r\nkeys:9\r\nkeys_that_differ:0\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
