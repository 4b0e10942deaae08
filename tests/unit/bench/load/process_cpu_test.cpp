#include "tests/bench/load/process_cpu.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdint>

BOOST_AUTO_TEST_SUITE(process_cpu_test)

BOOST_AUTO_TEST_CASE(work_shows_in_this_process) {
    const auto before = bench::cpu_of(getpid());
    BOOST_REQUIRE(before.has_value());
    volatile std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 100'000'000; ++i) sum = sum + i;
    const auto used = *bench::cpu_of(getpid()) - *before;
    BOOST_TEST(used.best() > 0.01);
    BOOST_TEST(used.ticks > 0.0);
    // Two clocks of the same work: apart by a few ticks at most.
    if (used.scheduled > 0) BOOST_TEST(used.scheduled - used.ticks < 0.05);
    if (used.scheduled > 0) BOOST_TEST(used.ticks - used.scheduled < 0.05);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_not_there_gives_nothing) {
    BOOST_TEST(!bench::cpu_of(999'999'999).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
