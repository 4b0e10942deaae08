#include "backend/server/command_stats.hpp"

#include <boost/test/unit_test.hpp>

using backend::command_stats;

BOOST_AUTO_TEST_SUITE(command_stats_test)

BOOST_AUTO_TEST_CASE(one_call_of_64_is_timed) {
    backend::command_counters get;
    int timed = 0;
    for (int i = 0; i < 129; ++i) timed += command_stats::begin(get) ? 1 : 0;
    BOOST_TEST(get.calls.get() == 129U);
    BOOST_TEST(timed == 3);
}

BOOST_AUTO_TEST_CASE(the_sums_of_workers_are_told_by_command) {
    command_stats first;
    command_stats second;
    const auto& get = *shared::find_command("get");
    for (int i = 0; i < 3; ++i) command_stats::begin(first.of(get));
    command_stats::begin(second.of(get));
    first.of(get).timed.add(2);
    first.of(get).micros.add(7);
    second.of(get).failed.add();
    second.of(*shared::find_command("set")).rejected.add();
    backend::command_table sums(backend::command_count);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] += first.all()[i];
        sums[i] += second.all()[i];
    }
    BOOST_TEST(backend::command_lines(sums) ==
               "cmdstat_get:calls=4,usec=14,usec_per_call=3.50,rejected_calls=0,failed_calls=1\r\n"
               "cmdstat_set:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
