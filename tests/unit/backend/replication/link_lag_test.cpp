#include "backend/replication/link_lag.hpp"

#include <boost/test/unit_test.hpp>

using backend::link_lag;
using shared::steady_time;
using namespace std::chrono_literals;

namespace {

void check(const backend::lag_reading& lag, std::uint64_t records, std::uint64_t bytes,
           std::chrono::microseconds time) {
    BOOST_TEST(lag.records == records);
    BOOST_TEST(lag.bytes == bytes);
    BOOST_TEST(lag.time.count() == time.count());
}

const steady_time start{1h};

}  // namespace

BOOST_AUTO_TEST_SUITE(link_lag_test)

BOOST_AUTO_TEST_CASE(what_is_queued_behind_the_last_answered_mark_is_the_lag) {
    link_lag lag;
    lag.on_opened({100, 5000}, false);
    check(lag.read({100, 5000}, start), 0, 0, 0us);
    lag.on_marked(7, {110, 5600}, start);
    check(lag.read({115, 5900}, start + 3ms), 15, 900, 3ms);
    lag.on_seen(7, start + 4ms);
    check(lag.read({115, 5900}, start + 5ms), 5, 300, 0us);
    BOOST_TEST(lag.read({115, 5900}, start + 5ms).answer.count() == 4000);
}

BOOST_AUTO_TEST_CASE(time_counts_from_the_oldest_mark_without_an_answer) {
    link_lag lag;
    lag.on_opened({}, false);
    lag.on_marked(10, {1, 10}, start);
    lag.on_marked(20, {2, 20}, start + 200ms);
    lag.on_marked(30, {3, 30}, start + 400ms);
    check(lag.read({3, 30}, start + 500ms), 3, 30, 500ms);
    lag.on_seen(20, start + 500ms);
    check(lag.read({3, 30}, start + 500ms), 1, 10, 100ms);
    BOOST_TEST(lag.read({3, 30}, start + 500ms).answer.count() == 300'000);
    lag.on_seen(19, start + 600ms);
    check(lag.read({3, 30}, start + 600ms), 1, 10, 200ms);
}

BOOST_AUTO_TEST_CASE(a_total_that_is_older_than_the_last_answer_is_no_lag) {
    link_lag lag;
    lag.on_opened({}, false);
    lag.on_marked(10, {5, 50}, start);
    lag.on_seen(10, start + 1ms);
    check(lag.read({4, 40}, start + 2ms), 0, 0, 0us);
}

BOOST_AUTO_TEST_CASE(a_new_link_begins_anew) {
    link_lag lag;
    lag.on_opened({}, false);
    lag.on_marked(10, {1, 10}, start);
    lag.on_opened({5, 50}, false);
    check(lag.read({5, 50}, start + 1s), 0, 0, 0us);
}

BOOST_AUTO_TEST_CASE(what_is_sent_over_the_next_link_stays_behind) {
    link_lag lag;
    lag.on_opened({}, false);
    lag.on_marked(10, {3, 30}, start);
    BOOST_TEST(lag.on_seen(10, start)->bytes == 30U);
    lag.on_opened({9, 90}, true);
    BOOST_TEST(lag.read({9, 90}, start).records == 6U);
    BOOST_TEST(!lag.on_seen(10, start).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
