#include "tests/unit/backend/commands/fixture.hpp"

#include <string>
#include <string_view>

using namespace backend::test;

namespace {

constexpr std::string_view wrong_time = "-ERR invalid expire time in 'expire' command\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expiry_test, command_fixture)

BOOST_AUTO_TEST_CASE(expire_sets_a_time_on_a_key_that_exists) {
    BOOST_TEST(run("EXPIRE k 10") == zero);
    run("SET k v");
    BOOST_TEST(run("EXPIRE k 10") == one);
    BOOST_TEST(run("PTTL k") == ":10000\r\n");
    BOOST_TEST(run("EXPIRE k 5") == one);
    BOOST_TEST(run("GET k") == "$1\r\nv\r\n");
    now += 5000;
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_deletes) {
    for (const auto line :
         {"EXPIRE k 0", "EXPIRE k -1", "EXPIRE k -1700000000", "EXPIRE k -9223372036854775"}) {
        BOOST_TEST_CONTEXT(line) {
            run("SET k v");
            BOOST_TEST(run(line) == one);
            BOOST_TEST(run("EXISTS k") == zero);
        }
    }
}

BOOST_AUTO_TEST_CASE(ttl_rounds_to_the_nearest_second) {
    run("SET k v PX 1500");
    BOOST_TEST(run("TTL k") == ":2\r\n");
    now += 1;
    BOOST_TEST(run("TTL k") == one);
    now += 1000;
    BOOST_TEST(run("TTL k") == zero);
    BOOST_TEST(run("PTTL k") == ":499\r\n");
}

BOOST_AUTO_TEST_CASE(ttl_of_the_latest_time_does_not_overflow) {
    run("SET k v PXAT 9223372036854775807");
    BOOST_TEST(run("PTTL k") == ":9223370336854775807\r\n");
    BOOST_TEST(run("TTL k") == ":9223370336854776\r\n");
}

BOOST_AUTO_TEST_CASE(ttl_tells_apart_no_key_and_no_time) {
    BOOST_TEST(run("TTL k") == ":-2\r\n");
    BOOST_TEST(run("PTTL k") == ":-2\r\n");
    run("SET k v");
    BOOST_TEST(run("TTL k") == ":-1\r\n");
    BOOST_TEST(run("PTTL k") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(persist_takes_the_time_away) {
    BOOST_TEST(run("PERSIST k") == zero);
    run("SET k v EX 10");
    BOOST_TEST(run("PERSIST k") == one);
    BOOST_TEST(run("PERSIST k") == zero);
    now += 20'000;
    BOOST_TEST(run("GET k") == "$1\r\nv\r\n");
}

BOOST_AUTO_TEST_CASE(conditions_decide_on_a_key_without_a_time) {
    for (const auto& [line, reply] :
         {std::pair{"EXPIRE k 10 NX", one}, std::pair{"EXPIRE k 10 XX", zero},
          std::pair{"EXPIRE k 10 GT", zero}, std::pair{"EXPIRE k 10 LT", one},
          std::pair{"EXPIRE k 10 XX LT", zero}, std::pair{"EXPIRE k 10 XX GT", zero}}) {
        BOOST_TEST_CONTEXT(line) {
            run("SET k v");
            BOOST_TEST(run(line) == reply);
            BOOST_TEST(run("TTL k") == (reply == one ? ":10\r\n" : ":-1\r\n"));
        }
    }
}

BOOST_AUTO_TEST_CASE(conditions_decide_on_a_key_with_a_time) {
    for (const auto& [line, left] :
         {std::pair{"EXPIRE k 10 nx", ":20\r\n"}, std::pair{"EXPIRE k 10 xx", ":10\r\n"},
          std::pair{"EXPIRE k 10 GT", ":20\r\n"}, std::pair{"EXPIRE k 20 GT", ":20\r\n"},
          std::pair{"EXPIRE k 30 GT", ":30\r\n"}, std::pair{"EXPIRE k 10 LT", ":10\r\n"},
          std::pair{"EXPIRE k 30 LT", ":20\r\n"}, std::pair{"EXPIRE k 30 GT XX", ":30\r\n"}}) {
        BOOST_TEST_CONTEXT(line) {
            run("SET k v EX 20");
            run(line);
            BOOST_TEST(run("TTL k") == left);
        }
    }
    BOOST_TEST(run("EXPIRE k 30 GT") == zero);
    BOOST_TEST(run("EXPIRE k 30 LT") == zero);
    BOOST_TEST(run("EXPIRE k -1 GT") == zero);
    BOOST_TEST(run("EXPIRE k -1 LT") == one);
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(conditions_that_contradict_each_other_are_refused) {
    for (const auto line :
         {"EXPIRE k 10 NX XX", "EXPIRE k 10 GT NX", "EXPIRE k 10 NX LT", "EXPIRE k 10 NX GT LT"}) {
        BOOST_TEST(run(line) ==
                   "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n");
    }
    BOOST_TEST(run("EXPIRE k 10 GT LT") ==
               "-ERR GT and LT options at the same time are not compatible\r\n");
    BOOST_TEST(run("EXPIRE k x foo") == "-ERR Unsupported option foo\r\n");
}

BOOST_AUTO_TEST_CASE(a_time_must_be_a_number_that_fits) {
    run("SET k v");
    for (const auto number : not_numbers) BOOST_TEST(run({"EXPIRE", "k", number}) == no_integer);
    for (const auto line :
         {"EXPIRE k 9223372036854776", "EXPIRE k -9223372036854776", "EXPIRE k 9223372036854775",
          "EXPIRE k 9223372036854775807", "EXPIRE k -9223372036854775808"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == wrong_time);
        }
    }
    BOOST_TEST(run("EXPIRE k 9223370336854775") == one);
}

BOOST_AUTO_TEST_CASE(four_commands_say_the_same_time_in_four_ways) {
    for (const auto line :
         {"EXPIRE k 10", "PEXPIRE k 10000", "EXPIREAT k 1700000010", "PEXPIREAT k 1700000010000"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == zero);
            run("SET k v");
            BOOST_TEST(run(std::string(line).append(" XX").c_str()) == zero);
            BOOST_TEST(run(line) == one);
            BOOST_TEST(run("PTTL k") == ":10000\r\n");
            BOOST_TEST(run(std::string(line).append(" NX").c_str()) == zero);
            BOOST_TEST(run(std::string(line).append(" GT").c_str()) == zero);
            BOOST_TEST(run(std::string(line).append(" nosuch").c_str()) ==
                       "-ERR Unsupported option nosuch\r\n");
            run("DEL k");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_absolute_time_that_has_passed_deletes) {
    for (const auto line :
         {"EXPIREAT k 1700000000", "EXPIREAT k 0", "EXPIREAT k -5", "PEXPIREAT k 1700000000000",
          "PEXPIREAT k -9223372036854775808", "PEXPIRE k 0", "PEXPIRE k -9223372036854775808"}) {
        BOOST_TEST_CONTEXT(line) {
            run("SET k v");
            BOOST_TEST(run(line) == one);
            BOOST_TEST(run("EXISTS k") == zero);
        }
    }
}

BOOST_AUTO_TEST_CASE(errors_name_the_command) {
    run("SET k v");
    for (const auto& [line, name] : {std::pair{"EXPIREAT k 9223372036854775807", "expireat"},
                                     std::pair{"EXPIREAT k -9223372036854775808", "expireat"},
                                     std::pair{"PEXPIRE k 9223372036854775807", "pexpire"}}) {
        BOOST_TEST(run(line) ==
                   "-ERR invalid expire time in '" + std::string(name) + "' command\r\n");
    }
    BOOST_TEST(run("PEXPIREAT k 9223372036854775807") == one);
    BOOST_TEST(run("PEXPIREAT k x") == no_integer);
}

BOOST_AUTO_TEST_CASE(expiretime_tells_the_absolute_time) {
    BOOST_TEST(run("EXPIRETIME k") == ":-2\r\n");
    BOOST_TEST(run("PEXPIRETIME k") == ":-2\r\n");
    run("SET k v");
    BOOST_TEST(run("EXPIRETIME k") == ":-1\r\n");
    BOOST_TEST(run("PEXPIRETIME k") == ":-1\r\n");
    run("PEXPIREAT k 1700000010499");
    BOOST_TEST(run("EXPIRETIME k") == ":1700000010\r\n");
    BOOST_TEST(run("PEXPIRETIME k") == ":1700000010499\r\n");
    run("PEXPIREAT k 1700000010500");
    BOOST_TEST(run("EXPIRETIME k") == ":1700000011\r\n");
    run("PEXPIREAT k 9223372036854775807");
    BOOST_TEST(run("EXPIRETIME k") == ":9223372036854776\r\n");
}

BOOST_AUTO_TEST_CASE(asking_for_the_time_is_no_use_of_the_key) {
    run("SET k v");
    run("TTL k");
    run("PTTL k");
    BOOST_TEST(data.stats().hits == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
