#include "tests/unit/backend/commands/fixture.hpp"

using namespace backend::test;

namespace {

constexpr std::string_view no_database = "-ERR DB index is out of range\r\n";
constexpr std::string_view no_int =
    "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_test, command_fixture)

BOOST_AUTO_TEST_CASE(time_is_told_in_seconds_and_microseconds) {
    now = 1'700'000'000'042;
    BOOST_TEST(run("TIME") == "*2\r\n$10\r\n1700000000\r\n$5\r\n42000\r\n");
}

BOOST_AUTO_TEST_CASE(a_key_has_no_other_database_to_move_to) {
    run("SET k v");
    BOOST_TEST(run("MOVE k 0") == "-ERR source and destination objects are the same\r\n");
    BOOST_TEST(run("MOVE k 1") == no_database);
    BOOST_TEST(run("MOVE k -1") == no_database);
    BOOST_TEST(run("MOVE k x") == no_integer);
    BOOST_TEST(run("MOVE k 2147483648") == no_int);
    BOOST_TEST(run("GET k") == bulk("v"));
}

BOOST_AUTO_TEST_CASE(the_one_database_can_be_swapped_with_itself) {
    BOOST_TEST(run("SWAPDB 0 0") == ok);
    BOOST_TEST(run("SWAPDB 0 1") == no_database);
    BOOST_TEST(run("SWAPDB 1 0") == no_database);
    BOOST_TEST(run("SWAPDB x 0") == "-ERR invalid first DB index\r\n");
    BOOST_TEST(run("SWAPDB 0 2147483648") == "-ERR invalid second DB index\r\n");
}

BOOST_AUTO_TEST_CASE(there_are_no_functions_to_flush) {
    for (const auto line : {"FUNCTION FLUSH", "function flush ASYNC", "FUNCTION FLUSH sync"}) {
        BOOST_TEST(run(line) == ok);
    }
    BOOST_TEST(run("FUNCTION FLUSH now") ==
               "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option\r\n");
    BOOST_TEST(run("FUNCTION LIST") == "-ERR unknown subcommand 'LIST'. Try FUNCTION HELP.\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
