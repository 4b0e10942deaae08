#include "tests/unit/backend/commands/fixture.hpp"

#include <string>
#include <string_view>

using namespace backend::test;

namespace {

constexpr std::string_view wrong_time = "-ERR invalid expire time in 'set' command\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(strings_test, command_fixture)

BOOST_AUTO_TEST_CASE(get_answers_what_set_stored) {
    BOOST_TEST(run("GET k") == null);
    BOOST_TEST(run("SET k hello") == ok);
    BOOST_TEST(run("GET k") == "$5\r\nhello\r\n");
    BOOST_TEST(run("SET k other") == ok);
    BOOST_TEST(run("GET k") == "$5\r\nother\r\n");
}

BOOST_AUTO_TEST_CASE(keys_and_values_are_any_bytes) {
    const std::string_view key("\0\r\n", 3);
    const std::string_view value("\xff\0\r\n", 4);
    BOOST_TEST(run({"SET", key, value}) == ok);
    BOOST_TEST(run({"SET", "", ""}) == ok);
    BOOST_TEST(run({"GET", key}) == "$4\r\n" + std::string(value) + "\r\n");
    BOOST_TEST(run({"GET", ""}) == "$0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(null_is_of_its_own_kind_in_resp3) {
    version = shared::protocol::resp3;
    BOOST_TEST(run("GET k") == "_\r\n");
    BOOST_TEST(run("SET k v XX") == "_\r\n");
    BOOST_TEST(run("SET k v GET") == "_\r\n");
    BOOST_TEST(run("MGET k x") == "*2\r\n$1\r\nv\r\n_\r\n");
}

BOOST_AUTO_TEST_CASE(nx_sets_new_keys_alone) {
    BOOST_TEST(run("SET k a NX") == ok);
    BOOST_TEST(run("SET k b NX") == null);
    BOOST_TEST(run("GET k") == "$1\r\na\r\n");
}

BOOST_AUTO_TEST_CASE(xx_sets_existing_keys_alone) {
    BOOST_TEST(run("SET k a XX") == null);
    BOOST_TEST(run("EXISTS k") == zero);
    BOOST_TEST(run("SET k a") == ok);
    BOOST_TEST(run("SET k b xx") == ok);
    BOOST_TEST(run("GET k") == "$1\r\nb\r\n");
}

BOOST_AUTO_TEST_CASE(set_get_answers_the_old_value_whether_it_sets_or_not) {
    BOOST_TEST(run("SET k a GET") == null);
    BOOST_TEST(run("SET k b GET") == "$1\r\na\r\n");
    BOOST_TEST(run("SET k c NX GET") == "$1\r\nb\r\n");
    BOOST_TEST(run("SET k d XX GET") == "$1\r\nb\r\n");
    BOOST_TEST(run("GET k") == "$1\r\nd\r\n");
    BOOST_TEST(run("SET x a XX GET") == null);
    BOOST_TEST(run("EXISTS x") == zero);
}

BOOST_AUTO_TEST_CASE(every_time_option_sets_the_expiry) {
    for (const auto line : {"SET k v EX 10", "SET k v px 10000", "SET k v EXAT 1700000010",
                            "SET k v PXAT 1700000010000", "SET k v EX 5 EX 10"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == ok);
            BOOST_TEST(run("PTTL k") == ":10000\r\n");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_entry_is_gone_at_its_time_and_not_before) {
    run("SET k v PX 10");
    now += 9;
    BOOST_TEST(run("GET k") == "$1\r\nv\r\n");
    now += 1;
    BOOST_TEST(run("GET k") == null);
    BOOST_TEST(run("SET k w NX") == ok);
    BOOST_TEST(run("TTL k") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_leaves_nothing) {
    run("SET k v");
    BOOST_TEST(run("SET k w EXAT 1") == ok);
    BOOST_TEST(run("GET k") == null);
    run("SET k v");
    BOOST_TEST(run("SET k w GET PXAT 1700000000000") == "$1\r\nv\r\n");
    BOOST_TEST(run("GET k") == null);
}

BOOST_AUTO_TEST_CASE(set_clears_the_expiry_unless_it_is_to_be_kept) {
    run("SET k v EX 10");
    BOOST_TEST(run("SET k w KEEPTTL") == ok);
    BOOST_TEST(run("TTL k") == ":10\r\n");
    BOOST_TEST(run("SET k w") == ok);
    BOOST_TEST(run("TTL k") == ":-1\r\n");
    BOOST_TEST(run("SET new v KEEPTTL") == ok);
    BOOST_TEST(run("TTL new") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(options_that_contradict_each_other_are_syntax_errors) {
    for (const auto line :
         {"SET k v NX XX", "SET k v XX NX", "SET k v EX 1 PX 1", "SET k v PXAT 1 EXAT 1",
          "SET k v KEEPTTL EX 1", "SET k v EX 1 KEEPTTL", "SET k v EX", "SET k v NX PX",
          "SET k v foo", "SET k v EX 1 2", "SET k v EX x foo"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == syntax);
        }
    }
    BOOST_TEST(run("EXISTS k") == zero);
}

BOOST_AUTO_TEST_CASE(a_time_must_be_a_positive_number_that_fits) {
    for (const auto number : not_numbers)
        BOOST_TEST(run({"SET", "k", "v", "EX", number}) == no_integer);
    for (const auto line : {"SET k v EX 0", "SET k v EX -1", "SET k v PX 0", "SET k v EXAT 0",
                            "SET k v PXAT -5", "SET k v EX 9223372036854776",
                            "SET k v EX 9223372036854775", "SET k v EXAT 9223372036854776",
                            "SET k v PX 9223372036854775807", "SET k v EX -9223372036854775808"}) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(run(line) == wrong_time);
        }
    }
    BOOST_TEST(run("EXISTS k") == zero);
    BOOST_TEST(run("SET k v EXAT 9223372036854775") == ok);
    BOOST_TEST(run("SET k v PXAT 9223372036854775807") == ok);
}

BOOST_AUTO_TEST_CASE(mset_sets_and_mget_gets_many_in_order) {
    BOOST_TEST(run("SET b old EX 10") == ok);
    BOOST_TEST(run("MSET a 1 b 2 a 3") == ok);
    BOOST_TEST(run("MGET b x a b") == "*4\r\n$1\r\n2\r\n$-1\r\n$1\r\n3\r\n$1\r\n2\r\n");
    BOOST_TEST(run("TTL b") == ":-1\r\n");
}

BOOST_AUTO_TEST_CASE(mset_wants_a_value_for_every_key) {
    BOOST_TEST(run("MSET a 1 b") == "-ERR wrong number of arguments for 'mset' command\r\n");
    BOOST_TEST(run("EXISTS a") == zero);
}

BOOST_AUTO_TEST_CASE(reads_count_hits_and_misses) {
    run("SET k v");
    run("GET k");
    run("GET x");
    run("MGET k x x");
    BOOST_TEST(data.stats().hits == 2U);
    BOOST_TEST(data.stats().misses == 3U);
}

BOOST_FIXTURE_TEST_CASE(what_can_not_fit_is_refused_and_changes_nothing, tight_fixture) {
    const std::string value(1UL << 20U, 'x');
    run("SET k v");
    BOOST_TEST(run({"SET", "k", value}) == oom);
    BOOST_TEST(run({"SET", "k", value, "GET"}) == oom);
    BOOST_TEST(run({"MSET", "a", "1", "k", value}) == oom);
    BOOST_TEST(run("MGET k a") == "*2\r\n$1\r\nv\r\n$-1\r\n");
}

BOOST_AUTO_TEST_CASE(mget_has_an_error_instead_of_too_long_a_reply) {
    const std::string value(100, 'x');
    run({"SET", "k", value});
    const auto two = "*2\r\n" + bulk(value) + bulk(value);
    longest_reply = two.size();
    BOOST_TEST(run("MGET k k") == two);
    longest_reply = two.size() - 1;
    BOOST_TEST(run("MGET k k") == too_large);
    BOOST_TEST(run("MGET k k k k k k") == too_large);
    BOOST_TEST(run("MGET k x") == "*2\r\n" + bulk(value) + std::string(null));
    longest_reply = 10;  // a single value has a bound of its own
    BOOST_TEST(run("GET k") == bulk(value));
    BOOST_TEST(run("MGET k") == "*1\r\n" + bulk(value));
}

BOOST_AUTO_TEST_SUITE_END()
