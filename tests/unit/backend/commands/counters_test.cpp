#include "tests/unit/backend/commands/fixture.hpp"

#include <string>
#include <string_view>

using namespace backend::test;

namespace {

constexpr std::string_view overflow = "-ERR increment or decrement would overflow\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(counters_test, command_fixture)

BOOST_AUTO_TEST_CASE(an_absent_number_counts_from_zero) {
    BOOST_TEST(run("INCR a") == one);
    BOOST_TEST(run("INCR a") == ":2\r\n");
    BOOST_TEST(run("DECR b") == ":-1\r\n");
    BOOST_TEST(run("INCRBY c -5") == ":-5\r\n");
    BOOST_TEST(run("GET c") == "$2\r\n-5\r\n");
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range_are_reached_and_not_passed) {
    run("SET k 9223372036854775806");
    BOOST_TEST(run("INCR k") == ":9223372036854775807\r\n");
    BOOST_TEST(run("INCR k") == overflow);
    BOOST_TEST(run("INCRBY k 1") == overflow);
    BOOST_TEST(run("GET k") == "$19\r\n9223372036854775807\r\n");
    BOOST_TEST(run("INCRBY low -9223372036854775808") == ":-9223372036854775808\r\n");
    BOOST_TEST(run("DECR low") == overflow);
    BOOST_TEST(run("INCRBY low -1") == overflow);
    BOOST_TEST(run("INCRBY low 9223372036854775807") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(a_value_that_is_no_number_is_refused) {
    for (const auto value : not_numbers) {
        BOOST_TEST_CONTEXT("value '" << value << "'") {
            run({"SET", "k", value});
            BOOST_TEST(run("INCR k") == no_integer);
            BOOST_TEST(run("DECR k") == no_integer);
            BOOST_TEST(run("INCRBY k 1") == no_integer);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_step_that_is_no_number_is_refused) {
    for (const auto step : not_numbers) BOOST_TEST(run({"INCRBY", "k", step}) == no_integer);
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(counting_keeps_the_expiry) {
    run("SET k 1 EX 10");
    BOOST_TEST(run("INCR k") == ":2\r\n");
    BOOST_TEST(run("TTL k") == ":10\r\n");
    now += 10'000;
    BOOST_TEST(run("INCR k") == one);
    BOOST_TEST(run("TTL k") == ":-1\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
