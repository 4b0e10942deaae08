#include "tests/unit/backend/commands/fixture.hpp"

#include <string>

using namespace backend::test;

namespace {

constexpr std::string_view bad_offset = "-ERR bit offset is not an integer or out of range\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bits_test, command_fixture)

BOOST_AUTO_TEST_CASE(the_highest_bit_of_a_byte_comes_first) {
    BOOST_TEST(run("SETBIT k 1 1") == zero);
    BOOST_TEST(run("GET k") == bulk("\x40"));
    BOOST_TEST(run("SETBIT k 1 0") == one);
    BOOST_TEST(run("SETBIT k 23 1") == zero);
    BOOST_TEST(run("GET k") == bulk(std::string_view("\0\0\1", 3)));
    BOOST_TEST(run("GETBIT k 23") == one);
    BOOST_TEST(run("GETBIT k 22") == zero);
    BOOST_TEST(run("GETBIT k 24") == zero);
    BOOST_TEST(run("GETBIT absent 0") == zero);
}

BOOST_AUTO_TEST_CASE(setbit_lengthens_even_for_a_zero_and_keeps_the_time) {
    run("SET k a EX 10");
    BOOST_TEST(run("SETBIT k 15 0") == zero);
    BOOST_TEST(run("GET k") == bulk(std::string_view("a\0", 2)));
    BOOST_TEST(run("TTL k") == ":10\r\n");
}

BOOST_AUTO_TEST_CASE(bits_and_their_places_must_be_such) {
    longest_value = 10;
    for (const auto line : {"SETBIT k 80 1", "SETBIT k -1 1", "SETBIT k x x", "GETBIT k 80",
                            "GETBIT k 1.5", "GETBIT k -1"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == bad_offset);
        }
    }
    for (const auto line : {"SETBIT k 0 2", "SETBIT k 0 x", "SETBIT k 0 -1"}) {
        BOOST_TEST(run(line) == "-ERR bit is not an integer or out of range\r\n");
    }
    BOOST_TEST(run("EXISTS k") == zero);
    BOOST_TEST(run("SETBIT k 79 1") == zero);
}

BOOST_AUTO_TEST_CASE(bitcount_counts_ones_in_bytes_and_bits) {
    BOOST_TEST(run("BITCOUNT k") == zero);
    run("SET k foobar");
    for (const auto& [line, count] :
         {std::pair{"BITCOUNT k", 26}, std::pair{"BITCOUNT k 0 0", 4},
          std::pair{"BITCOUNT k 1 1", 6}, std::pair{"BITCOUNT k 1 1 byte", 6},
          std::pair{"BITCOUNT k 5 30 BIT", 17}, std::pair{"BITCOUNT k 3 3 BIT", 0},
          std::pair{"BITCOUNT k -2 -1", 7}, std::pair{"BITCOUNT k 0 -1 BIT", 26},
          std::pair{"BITCOUNT k 4 2", 0}, std::pair{"BITCOUNT k -1 -3", 0},
          std::pair{"BITCOUNT k 100 200", 0}}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == ":" + std::to_string(count) + "\r\n");
        }
    }
    run({"SET", "long", std::string(1003, '\xff')});
    BOOST_TEST(run("BITCOUNT long") == ":8024\r\n");
    BOOST_TEST(run("BITCOUNT long 3 8020 bit") == ":8018\r\n");
}

BOOST_AUTO_TEST_CASE(bitcount_refuses_half_a_range) {
    BOOST_TEST(run("BITCOUNT absent 1") == zero);
    run("SET k foobar");
    BOOST_TEST(run("BITCOUNT k 1") == syntax);
    BOOST_TEST(run("BITCOUNT k 0 1 BIT x") == syntax);
    BOOST_TEST(run("BITCOUNT k 0 1 word") == syntax);
    BOOST_TEST(run("BITCOUNT k x 1") == no_integer);
    BOOST_TEST(run("BITCOUNT k 0 x") == no_integer);
}

BOOST_AUTO_TEST_CASE(bitpos_finds_the_first_bit) {
    run({"SET", "k", std::string_view("\xff\xf0\x00", 3)});
    for (const auto& [line, place] :
         {std::pair{"BITPOS k 0", 12}, std::pair{"BITPOS k 1", 0}, std::pair{"BITPOS k 1 2", -1},
          std::pair{"BITPOS k 0 2", 16}, std::pair{"BITPOS k 1 -2 -1", 8},
          std::pair{"BITPOS k 0 0 0", -1}, std::pair{"BITPOS k 0 0 12 BIT", 12},
          std::pair{"BITPOS k 0 0 11 BIT", -1}, std::pair{"BITPOS k 1 7 15 bit", 7},
          std::pair{"BITPOS k 1 5 4", -1}, std::pair{"BITPOS k 0 3", -1}}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == ":" + std::to_string(place) + "\r\n");
        }
    }
}

BOOST_AUTO_TEST_CASE(ones_are_followed_by_a_zero_unless_an_end_is_given) {
    run("SET k \xff\xff");
    BOOST_TEST(run("BITPOS k 0") == ":16\r\n");
    BOOST_TEST(run("BITPOS k 0 1") == ":16\r\n");
    BOOST_TEST(run("BITPOS k 0 0 -1") == ":-1\r\n");
    BOOST_TEST(run("BITPOS absent 0") == zero);
    BOOST_TEST(run("BITPOS absent 1") == ":-1\r\n");
    run({"SET", "k", ""});
    BOOST_TEST(run("BITPOS k 0") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(bitpos_refuses_wrong_arguments) {
    run("SET k a");
    BOOST_TEST(run("BITPOS k 2") == "-ERR The bit argument must be 1 or 0.\r\n");
    for (const auto line : {"BITPOS k x", "BITPOS k 1 x", "BITPOS k 1 0 x"}) {
        BOOST_TEST(run(line) == no_integer);
    }
    BOOST_TEST(run("BITPOS k 1 0 1 word") == syntax);
    BOOST_TEST(run("BITPOS k 1 0 1 BIT x") == syntax);
}

BOOST_AUTO_TEST_CASE(bitop_combines_values_of_any_lengths) {
    run({"SET", "a", std::string_view("\xf0\x0f\xaa", 3)});
    run({"SET", "b", std::string_view("\x3c", 1)});
    BOOST_TEST(run("BITOP AND d a b") == ":3\r\n");
    BOOST_TEST(run("GET d") == bulk(std::string_view("\x30\x00\x00", 3)));
    BOOST_TEST(run("BITOP or d b a") == ":3\r\n");
    BOOST_TEST(run("GET d") == bulk("\xfc\x0f\xaa"));
    BOOST_TEST(run("BITOP XOR d a b none") == ":3\r\n");
    BOOST_TEST(run("GET d") == bulk("\xcc\x0f\xaa"));
    BOOST_TEST(run("BITOP NOT d a") == ":3\r\n");
    BOOST_TEST(run("GET d") == bulk("\x0f\xf0\x55"));
    BOOST_TEST(run("BITOP AND d none a") == ":3\r\n");
    BOOST_TEST(run("GET d") == bulk(std::string_view("\0\0\0", 3)));
}

BOOST_AUTO_TEST_CASE(bitop_may_write_over_its_source_and_clears_the_time) {
    run("SET a \x0f EX 10");
    BOOST_TEST(run("BITOP NOT a a") == one);
    BOOST_TEST(run("GET a") == bulk("\xf0"));
    BOOST_TEST(run("TTL a") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(bitop_of_nothing_deletes) {
    run("SET d v");
    BOOST_TEST(run("BITOP OR d none nil") == zero);
    BOOST_TEST(run("EXISTS d") == zero);
}

BOOST_AUTO_TEST_CASE(bitop_knows_four_operations) {
    BOOST_TEST(run("BITOP NAND d a b") == syntax);
    BOOST_TEST(run("BITOP NOT d a b") ==
               "-ERR BITOP NOT must be called with a single source key.\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
