#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

namespace {

constexpr std::string_view no_float = "-ERR value is not a valid float\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(floats_test, command_fixture)

BOOST_AUTO_TEST_CASE(sums_are_written_without_exponent_and_without_zeros_at_the_end) {
    for (const auto& [held, step, sum] :
         {std::tuple{"10.50", "0.1", "10.6"}, std::tuple{"5.0e3", "2.0e2", "5200"},
          std::tuple{"3", "-3", "0"}, std::tuple{"0", "-0.0", "0"}, std::tuple{"1", "1", "2"},
          std::tuple{"0x10", "1", "17"}, std::tuple{"+5", ".5", "5.5"},
          std::tuple{"1e18", "1", "1000000000000000001"},
          std::tuple{"1", "1e-17", "1.00000000000000001"}}) {
        BOOST_TEST_CONTEXT(held << " + " << step) {
            run({"SET", "k", held});
            BOOST_TEST(run({"INCRBYFLOAT", "k", step}) == bulk(sum));
            BOOST_TEST(run("GET k") == bulk(sum));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_absent_number_is_zero_and_a_time_stays) {
    BOOST_TEST(run("INCRBYFLOAT k 1.25") == bulk("1.25"));
    run("EXPIRE k 10");
    BOOST_TEST(run("INCRBYFLOAT k 1") == bulk("2.25"));
    BOOST_TEST(run("TTL k") == ":10\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused) {
    const std::string long_number(5 * 1024, '1');
    for (const std::string_view text :
         {std::string_view(""), std::string_view("x"), std::string_view(" 1"),
          std::string_view("1 "), std::string_view("1e"), std::string_view("nan"),
          std::string_view("1e5000"), std::string_view("1e-5000"), std::string_view("1\0", 2),
          std::string_view(long_number)}) {
        BOOST_TEST(run({"INCRBYFLOAT", "k", text}) == no_float);
        run({"SET", "other", text});
        BOOST_TEST(run("INCRBYFLOAT other 1") == no_float);
    }
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(infinity_is_no_sum) {
    constexpr std::string_view refused = "-ERR increment would produce NaN or Infinity\r\n";
    BOOST_TEST(run("INCRBYFLOAT k inf") == refused);
    BOOST_TEST(run("INCRBYFLOAT k -inf") == refused);
    run("SET k 1e4932");
    BOOST_TEST(run("INCRBYFLOAT k 1e4932") == refused);
    BOOST_TEST(run("GET k") == bulk("1e4932"));
}

BOOST_AUTO_TEST_SUITE_END()
