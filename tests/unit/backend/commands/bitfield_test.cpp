#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(bitfield_test, command_fixture)

BOOST_AUTO_TEST_CASE(fields_are_set_read_and_added_to) {
    BOOST_TEST(run("BITFIELD k SET u8 0 255 GET u8 0 INCRBY i5 100 1 GET u4 0") ==
               "*4\r\n:0\r\n:255\r\n:1\r\n:15\r\n");
    BOOST_TEST(run("BITFIELD k GET i8 0 GET i4 4 GET u8 1000") == "*3\r\n:-1\r\n:-1\r\n:0\r\n");
    BOOST_TEST(run("STRLEN k") == ":14\r\n");
    BOOST_TEST(run("BITFIELD absent GET u8 0") == "*1\r\n:0\r\n");
    BOOST_TEST(run("EXISTS absent") == zero);
    BOOST_TEST(run("BITFIELD k") == "*0\r\n");
}

BOOST_AUTO_TEST_CASE(fields_lie_at_any_bit_and_have_any_width) {
    BOOST_TEST(run("BITFIELD k SET i64 3 -9223372036854775808 GET i64 3 GET u1 3 GET u63 4") ==
               "*4\r\n:0\r\n:-9223372036854775808\r\n:1\r\n:0\r\n");
    BOOST_TEST(run("BITFIELD k SET u63 5 9223372036854775807 GET u63 5 GET i64 5") ==
               "*3\r\n:0\r\n:9223372036854775807\r\n:-2\r\n");
}

BOOST_AUTO_TEST_CASE(a_place_may_count_fields) {
    run("BITFIELD k SET u8 #2 65");
    BOOST_TEST(run("GET k") == bulk(std::string_view("\0\0A", 3)));
    BOOST_TEST(run("BITFIELD k GET u8 16") == "*1\r\n:65\r\n");
}

BOOST_AUTO_TEST_CASE(sums_that_overflow_wrap_saturate_or_fail) {
    for (const auto& [rule, sum, held] :
         {std::tuple{"WRAP", ":-126\r\n", ":-126\r\n"}, std::tuple{"sat", ":127\r\n", ":127\r\n"},
          std::tuple{"FAIL", "$-1\r\n", ":120\r\n"}}) {
        BOOST_TEST_CONTEXT(rule) {
            run("BITFIELD k SET i8 0 120");
            BOOST_TEST(run({"BITFIELD", "k", "OVERFLOW", rule, "INCRBY", "i8", "0", "10"}) ==
                       "*1\r\n" + std::string(sum));
            BOOST_TEST(run("BITFIELD k GET i8 0") == "*1\r\n" + std::string(held));
        }
    }
    run("BITFIELD k SET u8 0 5");
    BOOST_TEST(run("BITFIELD k OVERFLOW SAT INCRBY u8 0 -10 OVERFLOW WRAP INCRBY u8 0 -1") ==
               "*2\r\n:0\r\n:255\r\n");
    BOOST_TEST(run("BITFIELD n OVERFLOW SAT SET i64 0 9223372036854775807 INCRBY i64 0 1") ==
               "*2\r\n:0\r\n:9223372036854775807\r\n");
}

BOOST_AUTO_TEST_CASE(values_that_do_not_fit_overflow_too) {
    BOOST_TEST(run("BITFIELD k SET u4 0 17 GET u4 0") == "*2\r\n:0\r\n:1\r\n");
    BOOST_TEST(run("BITFIELD k OVERFLOW SAT SET u4 0 -1 GET u4 0") == "*2\r\n:1\r\n:15\r\n");
    BOOST_TEST(run("BITFIELD k OVERFLOW FAIL SET i4 0 8 GET u4 0") == "*2\r\n$-1\r\n:15\r\n");
    version = shared::protocol::resp3;
    BOOST_TEST(run("BITFIELD k OVERFLOW FAIL SET i4 0 8") == "*1\r\n_\r\n");
}

BOOST_AUTO_TEST_CASE(the_time_stays) {
    run("SET k v EX 10");
    run("BITFIELD k SET u8 0 1");
    BOOST_TEST(run("TTL k") == ":10\r\n");
}

BOOST_AUTO_TEST_CASE(bitfield_ro_reads_alone) {
    run("SET k a");
    BOOST_TEST(run("BITFIELD_RO k GET u8 0 GET u4 #1") == "*2\r\n:97\r\n:1\r\n");
    BOOST_TEST(run("BITFIELD_RO k SET u8 0 1") ==
               "-ERR BITFIELD_RO only supports the GET subcommand\r\n");
    BOOST_TEST(run("GET k") == bulk("a"));
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_refused_and_change_nothing) {
    for (const auto type : {"u64", "i65", "u0", "i", "x8", "8", "u-1"}) {
        BOOST_TEST(run({"BITFIELD", "k", "SET", type, "0", "1"})
                       .starts_with("-ERR Invalid bitfield type. Use something like i16 u8."));
    }
    for (const auto place : {"-1", "x", "#x", "#-1", "#9223372036854775807", "4294967296", ""}) {
        BOOST_TEST(run({"BITFIELD", "k", "SET", "u8", place, "1"}) ==
                   "-ERR bit offset is not an integer or out of range\r\n");
    }
    for (const auto line : {"BITFIELD k SET u8 0", "BITFIELD k GET u8", "BITFIELD k OVERFLOW",
                            "BITFIELD k SET u8 0 1 NOSUCH"}) {
        BOOST_TEST(run(line) == syntax);
    }
    BOOST_TEST(run("BITFIELD k OVERFLOW NONE") == "-ERR Invalid OVERFLOW type specified\r\n");
    BOOST_TEST(run("BITFIELD k SET u8 0 x") == no_integer);
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_fit_is_refused, tight_fixture) {
    run("SET k v");
    BOOST_TEST(run("BITFIELD k SET u8 524288 1") == oom);
    BOOST_TEST(run("GET k") == bulk("v"));
}

BOOST_AUTO_TEST_SUITE_END()
