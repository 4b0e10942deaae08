#include "backend/server/latency_monitor.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(latency_monitor_test)

BOOST_AUTO_TEST_CASE(nothing_is_kept_without_a_threshold) {
    backend::latency_monitor monitor;
    BOOST_TEST(!monitor.is_kept(1'000'000));
    monitor.set_threshold(10);
    BOOST_TEST(!monitor.is_kept(9));
    BOOST_TEST(monitor.is_kept(10));
}

BOOST_AUTO_TEST_CASE(the_latest_and_the_longest_are_told) {
    backend::latency_monitor monitor;
    monitor.add("command", {.at = 1, .took = 300});
    monitor.add("command", {.at = 2, .took = 100});
    monitor.add("fast-command", {.at = 2, .took = 20});
    const auto latest = monitor.latest();
    BOOST_TEST_REQUIRE(latest.size() == 2U);
    BOOST_TEST(latest[0].name == "command");
    BOOST_TEST(latest[0].last.at == 2);
    BOOST_TEST(latest[0].last.took == 100);
    BOOST_TEST(latest[0].longest == 300);
}

BOOST_AUTO_TEST_CASE(a_second_has_one_sample_and_the_oldest_go) {
    backend::latency_monitor monitor;
    monitor.add("command", {.at = 1, .took = 30});
    monitor.add("command", {.at = 1, .took = 20});
    monitor.add("command", {.at = 1, .took = 50});
    BOOST_TEST_REQUIRE(monitor.history("command").size() == 1U);
    BOOST_TEST(monitor.history("command")[0].took == 50);
    for (std::int64_t at = 2; at < 200; ++at) monitor.add("command", {.at = at, .took = 1});
    const auto history = monitor.history("command");
    BOOST_TEST(history.size() == backend::latency_monitor::most_samples);
    BOOST_TEST(history.back().at == 199);
    BOOST_TEST(history.front().at == 40);
    BOOST_TEST(monitor.history("nosuch").empty());
}

BOOST_AUTO_TEST_CASE(a_reset_forgets_what_is_named_or_all) {
    backend::latency_monitor monitor;
    for (const auto name : {"a", "b", "c"}) monitor.add(name, {.at = 1, .took = 1});
    const std::vector<std::string_view> some{"a", "nosuch"};
    BOOST_TEST(monitor.reset(some) == 1U);
    BOOST_TEST(monitor.history("a").empty());
    BOOST_TEST(monitor.reset({}) == 2U);
    BOOST_TEST(monitor.latest().empty());
}

BOOST_AUTO_TEST_CASE(the_diagnosis_has_a_line_for_each_kind_of_events) {
    backend::latency_monitor events;
    BOOST_TEST(backend::latency_diagnosis(events, 0).starts_with("Nothing is watched"));
    events.set_threshold(200);
    BOOST_TEST(backend::latency_diagnosis(events, 0) == "Nothing has taken 200 ms or longer.\n");
    events.add("command", {.at = 100, .took = 300});
    events.add("command", {.at = 101, .took = 200});
    events.add("fast-command", {.at = 90, .took = 250});
    BOOST_TEST(
        backend::latency_diagnosis(events, 110) ==
        "command: 2 seconds with 200 ms or longer, 250 ms on average, 300 ms at most; the last 9 s "
        "ago.\n"
        "fast-command: 1 seconds with 200 ms or longer, 250 ms on average, 250 ms at most; the "
        "last 20 s ago.\n"
        "SLOWLOG GET shows commands that took long.\n");
}

BOOST_AUTO_TEST_SUITE_END()
