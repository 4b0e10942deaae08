#include "proxy/frontend/gather.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <vector>

using proxy::gather;
using proxy::gather_kind;
using shared::protocol;

namespace {

std::string finished(gather& parts, protocol version = protocol::resp2) {
    BOOST_TEST_REQUIRE(parts.complete());
    std::string out = "earlier";
    parts.finish(out, version);
    BOOST_TEST_REQUIRE(out.starts_with("earlier"));
    return out.substr(7);
}

/// The whole reply when the parts' replies come in the given order, and in the opposite one: the
/// same.
std::string gathered(gather_kind kind, const std::vector<std::string>& replies,
                     const std::vector<std::uint16_t>& keys = {},
                     protocol version = protocol::resp2) {
    gather forwards;
    gather backwards;
    for (auto* const each : {&forwards, &backwards}) {
        each->begin(gather_kind::sum, 7);  // a request before this one
        each->add(3, ":1\r\n");
        each->begin(kind, replies.size());
        each->set_keys(keys);
    }
    for (std::size_t i = 0; i < replies.size(); ++i) {
        BOOST_TEST(!forwards.complete());
        forwards.add(static_cast<std::uint16_t>(i), replies[i]);
        const std::size_t last = replies.size() - 1 - i;
        backwards.add(static_cast<std::uint16_t>(last), replies[last]);
    }
    BOOST_TEST_REQUIRE(finished(forwards, version) == finished(backwards, version));
    return finished(forwards, version);
}

const std::string unreachable =
    "-UNAVAILABLE backend 'a' is down and no partner can answer for it\r\n";
const std::string late = "-TIMEOUT backend 'b' did not answer within 1s\r\n";
const std::string unknown =
    "-UNKNOWN connection to backend 'c' was lost; the command may or may not have been applied\r\n";
const std::string loading =
    "-LOADING backend 'd' is loading its data, and no partner can answer\r\n";
const std::string full = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

bool is_malformed(const std::string& reply) {
    return reply == "-UNAVAILABLE a backend's reply is not of the expected type\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gather_test)

BOOST_AUTO_TEST_CASE(values_go_back_into_the_order_of_the_keys) {
    BOOST_TEST(gathered(gather_kind::values, {"*2\r\n$1\r\na\r\n$1\r\nc\r\n", "*1\r\n$1\r\nb\r\n"},
                        {0, 1, 0}) == "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
    BOOST_TEST(gathered(gather_kind::values, {"*1\r\n$1\r\na\r\n", "*2\r\n$1\r\nb\r\n$0\r\n\r\n"},
                        {1, 1, 0}) == "*3\r\n$1\r\nb\r\n$0\r\n\r\n$1\r\na\r\n");
}

BOOST_AUTO_TEST_CASE(values_may_hold_any_bytes) {
    const std::string value("$9\r\n\r\n*1\r\n\0-\xff\r\n", 15);
    BOOST_TEST_REQUIRE(value.size() == 15U);
    const auto reply =
        gathered(gather_kind::values, {"*1\r\n" + value, "*1\r\n$1\r\nx\r\n"}, {1, 0});
    BOOST_TEST((reply == "*2\r\n$1\r\nx\r\n" + value));
}

BOOST_AUTO_TEST_CASE(values_of_any_order_of_parts_are_each_at_their_keys_place) {
    // Every order of eight keys over three parts: runs of one part's keys of every length.
    constexpr std::size_t keys = 8;
    for (std::size_t number = 0; number < 6'561; ++number) {
        std::vector<std::uint16_t> part_of_key;
        std::vector<std::string> items(3);
        std::vector<std::size_t> counts(3);
        std::string expected = "*8\r\n";
        std::string in_resp3 = expected;
        std::size_t rest = number;
        for (std::size_t key = 0; key < keys; ++key) {
            const auto part = static_cast<std::uint16_t>(rest % 3);
            rest /= 3;
            const bool is_null = (number + key) % 5 == 0;
            const auto value = "$" + std::to_string(key + 6) + "\r\n" +
                               std::string(key + 6, static_cast<char>('a' + key)) + "\r\n";
            part_of_key.push_back(part);
            items[part] += is_null ? "$-1\r\n" : value;
            ++counts[part];
            expected += is_null ? "$-1\r\n" : value;
            in_resp3 += is_null ? "_\r\n" : value;
        }
        for (std::size_t part = 0; part < 3; ++part)
            items[part].insert(0, "*" + std::to_string(counts[part]) + "\r\n");
        BOOST_TEST_REQUIRE(gathered(gather_kind::values, items, part_of_key) == expected);
        BOOST_TEST_REQUIRE(gathered(gather_kind::values, items, part_of_key, protocol::resp3) ==
                           in_resp3);
    }
}

BOOST_AUTO_TEST_CASE(a_missing_value_is_null_in_the_clients_version) {
    const std::vector<std::string> parts{"*1\r\n$-1\r\n", "*2\r\n$1\r\nb\r\n$-1\r\n"};
    BOOST_TEST(gathered(gather_kind::values, parts, {0, 1, 1}) ==
               "*3\r\n$-1\r\n$1\r\nb\r\n$-1\r\n");
    BOOST_TEST(gathered(gather_kind::values, parts, {0, 1, 1}, protocol::resp3) ==
               "*3\r\n_\r\n$1\r\nb\r\n_\r\n");
}

BOOST_AUTO_TEST_CASE(an_error_of_any_part_is_the_reply_and_the_first_part_speaks_first) {
    for (const auto kind : {gather_kind::values, gather_kind::sum, gather_kind::all_ok}) {
        const std::string good = kind == gather_kind::values ? "*1\r\n$1\r\na\r\n" : ":1\r\n";
        BOOST_TEST(gathered(kind, {good, late}, {0, 1}) == late);
        BOOST_TEST(gathered(kind, {full, good}, {0, 1}) == full);
        BOOST_TEST(gathered(kind, {late, full}, {0, 1}) == late);
    }
}

BOOST_AUTO_TEST_CASE(values_that_are_no_array_are_reported) {
    for (const std::string wrong :
         {"+OK\r\n", ":1\r\n", "$1\r\na\r\n", "*-1\r\n", "*0\r\n", "$-1\r\n"}) {
        BOOST_TEST_CONTEXT(wrong) {
            BOOST_TEST(
                is_malformed(gathered(gather_kind::values, {wrong, "*1\r\n$1\r\na\r\n"}, {0, 1})));
        }
    }
}

BOOST_AUTO_TEST_CASE(fewer_values_than_keys_are_reported_and_nothing_of_them_is_sent) {
    BOOST_TEST(is_malformed(
        gathered(gather_kind::values, {"*1\r\n$1\r\na\r\n", "*1\r\n$1\r\nb\r\n"}, {0, 1, 1})));
}

BOOST_AUTO_TEST_CASE(numbers_are_added_up) {
    BOOST_TEST(gathered(gather_kind::sum, {":0\r\n", ":0\r\n"}) == ":0\r\n");
    BOOST_TEST(gathered(gather_kind::sum, {":3\r\n", ":4\r\n", ":35\r\n"}) == ":42\r\n");
    BOOST_TEST(gathered(gather_kind::sum, {":-1\r\n", ":3\r\n"}) == ":2\r\n");
}

BOOST_AUTO_TEST_CASE(a_part_of_a_sum_that_is_no_number_is_reported) {
    for (const std::string wrong : {"+OK\r\n", "$1\r\n1\r\n", "*1\r\n:1\r\n", ":\r\n", ":1x\r\n"}) {
        BOOST_TEST_CONTEXT(wrong) {
            BOOST_TEST(is_malformed(gathered(gather_kind::sum, {":1\r\n", wrong})));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_sum_that_no_number_can_hold_is_reported) {
    const std::string most =
        ":" + std::to_string(std::numeric_limits<std::int64_t>::max()) + "\r\n";
    const std::string least =
        ":" + std::to_string(std::numeric_limits<std::int64_t>::min()) + "\r\n";
    BOOST_TEST(is_malformed(gathered(gather_kind::sum, {most, ":1\r\n"})));
    BOOST_TEST(is_malformed(gathered(gather_kind::sum, {least, ":-1\r\n"})));
    BOOST_TEST(gathered(gather_kind::sum, {most, ":0\r\n"}) == most);
}

BOOST_AUTO_TEST_CASE(ok_if_every_part_says_so) {
    BOOST_TEST(gathered(gather_kind::all_ok, {"+OK\r\n", "+OK\r\n", "+OK\r\n"}) == "+OK\r\n");
}

BOOST_AUTO_TEST_CASE(the_first_good_copy_speaks_for_all) {
    BOOST_TEST(gathered(gather_kind::copies, {":1\r\n", ":2\r\n"}) == ":1\r\n");
    BOOST_TEST(gathered(gather_kind::copies, {unreachable, ":2\r\n", ":3\r\n"}) == ":2\r\n");
    BOOST_TEST(gathered(gather_kind::copies, {late, unreachable, "+OK\r\n"}) == "+OK\r\n");
    BOOST_TEST(gathered(gather_kind::copies, {"+OK\r\n", late}) == "+OK\r\n");
}

BOOST_AUTO_TEST_CASE(a_copy_whose_backend_loads_is_out_of_reach_and_the_others_count) {
    BOOST_TEST(gathered(gather_kind::copies, {loading, ":2\r\n"}) == ":2\r\n");
    BOOST_TEST(gathered(gather_kind::copies, {"+OK\r\n", loading, late}) == "+OK\r\n");
    BOOST_TEST(gathered(gather_kind::copies, {loading, loading}) == loading);
    BOOST_TEST(gathered(gather_kind::copies, {loading, full, "+OK\r\n"}) == full);
}

BOOST_AUTO_TEST_CASE(of_errors_of_copies_the_one_that_leaves_most_in_doubt_speaks) {
    BOOST_TEST(gathered(gather_kind::copies, {unreachable, late}) == late);
    BOOST_TEST(gathered(gather_kind::copies, {loading, unknown}) == unknown);
    BOOST_TEST(gathered(gather_kind::copies, {late, unreachable, unknown}) == unknown);
    BOOST_TEST(gathered(gather_kind::copies, {unknown, late}) == unknown);
    BOOST_TEST(gathered(gather_kind::copies, {full, unknown, "+OK\r\n"}) == unknown);
    BOOST_TEST(gathered(gather_kind::copies, {full, late}) == late);
    BOOST_TEST(gathered(gather_kind::copies, {unreachable, full}) == full);
}

BOOST_AUTO_TEST_CASE(of_errors_of_copies_that_say_the_same_the_first_speaks) {
    BOOST_TEST(gathered(gather_kind::copies, {unreachable, loading}) == unreachable);
    BOOST_TEST(gathered(gather_kind::copies, {loading, unreachable}) == loading);
}

BOOST_AUTO_TEST_CASE(an_error_about_the_data_is_the_reply_though_other_copies_are_good) {
    BOOST_TEST(gathered(gather_kind::copies, {"+OK\r\n", full}) == full);
    BOOST_TEST(gathered(gather_kind::copies, {unreachable, full, "+OK\r\n"}) == full);
}

BOOST_AUTO_TEST_CASE(a_copy_without_a_value_is_null_in_the_clients_version) {
    BOOST_TEST(gathered(gather_kind::copies, {"$-1\r\n", "$-1\r\n"}) == "$-1\r\n");
    BOOST_TEST(gathered(gather_kind::copies, {"$-1\r\n", "$-1\r\n"}, {}, protocol::resp3) ==
               "_\r\n");
}

BOOST_AUTO_TEST_CASE(a_copy_takes_the_shape_of_its_command) {
    gather parts;
    parts.begin(gather_kind::copies, 2, shared::reply_shape::doubles);
    parts.add(0, unreachable);
    parts.add(1, "$3\r\n2.5\r\n");
    BOOST_TEST(finished(parts, protocol::resp3) == ",2.5\r\n");
    BOOST_TEST(finished(parts) == "$3\r\n2.5\r\n");
}

BOOST_AUTO_TEST_CASE(any_is_the_first_part_that_has_a_value) {
    const std::string none = "$-1\r\n";
    const auto any = [](const std::vector<std::string>& replies, protocol version) {
        gather parts;
        parts.begin(gather_kind::any, replies.size());
        for (std::size_t i = 0; i < replies.size(); ++i)
            parts.add(static_cast<std::uint16_t>(i), replies[i]);
        return finished(parts, version);
    };
    BOOST_TEST(any({none, "$1\r\nb\r\n", "$1\r\nc\r\n"}, protocol::resp2) == "$1\r\nb\r\n");
    BOOST_TEST(any({none, none}, protocol::resp2) == none);
    BOOST_TEST(any({none, none}, protocol::resp3) == "_\r\n");
    BOOST_TEST(any({"$1\r\na\r\n", late}, protocol::resp2) == late);
}

BOOST_AUTO_TEST_CASE(lists_are_joined) {
    BOOST_TEST(gathered(gather_kind::list,
                        {"*1\r\n$1\r\na\r\n", "*0\r\n", "*2\r\n$1\r\nb\r\n$4\r\n\r\n*1\r\n"}) ==
               "*3\r\n$1\r\na\r\n$1\r\nb\r\n$4\r\n\r\n*1\r\n");
    BOOST_TEST(gathered(gather_kind::list, {"*0\r\n", "*0\r\n"}) == "*0\r\n");
    BOOST_TEST(gathered(gather_kind::list, {"*0\r\n", late}) == late);
    for (const std::string wrong : {"$1\r\na\r\n", "*-1\r\n", ":1\r\n"}) {
        BOOST_TEST(is_malformed(gathered(gather_kind::list, {"*0\r\n", wrong})));
    }
}

namespace {

std::string scanned(const std::string& reply, const proxy::scan_link& link) {
    gather part;
    part.begin(gather_kind::scan, 1);
    part.continue_scan(link);
    part.add(0, reply);
    return finished(part);
}

const std::string a_key = "*1\r\n$1\r\na\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_scan_goes_on_at_its_backend_and_then_at_the_next) {
    BOOST_TEST(scanned("*2\r\n$2\r\n17\r\n" + a_key, {1, 3, 2}) == "*2\r\n$2\r\n52\r\n" + a_key);
    BOOST_TEST(scanned("*2\r\n$1\r\n0\r\n" + a_key, {1, 3, 2}) == "*2\r\n$1\r\n2\r\n" + a_key);
    BOOST_TEST(scanned("*2\r\n$1\r\n0\r\n*0\r\n", {2, 3, 0}) == "*2\r\n$1\r\n0\r\n*0\r\n");
    BOOST_TEST(scanned(late, {1, 3, 2}) == late);
}

BOOST_AUTO_TEST_CASE(a_scan_whose_cursor_can_not_be_told_ends_in_an_error) {
    BOOST_TEST(scanned("*2\r\n$20\r\n18446744073709551615\r\n" + a_key, {1, 3, 2})
                   .starts_with("-ERR the backend's cursor is too large"));
    for (const std::string wrong :
         {"*0\r\n", "*1\r\n$1\r\n0\r\n", "*2\r\n:1\r\n*0\r\n", "*2\r\n$1\r\nx\r\n*0\r\n", "+OK\r\n",
          "*2\r\n$-1\r\n*0\r\n", "*2\r\n$0\r\n\r\n*0\r\n", "*-1\r\n"}) {
        BOOST_TEST_CONTEXT(wrong) {
            BOOST_TEST(is_malformed(scanned(wrong, {1, 3, 2})));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reply_is_as_it_was_but_for_no_value) {
    const auto appended = [](std::string_view reply, protocol version) {
        std::string out = "earlier";
        proxy::append_reply(out, reply, version);
        return out.substr(7);
    };
    for (const std::string_view reply :
         {"+OK\r\n", ":1\r\n", "$0\r\n\r\n", "$3\r\n$-1\r\n", "-ERR x\r\n", "*0\r\n"}) {
        BOOST_TEST(appended(reply, protocol::resp2) == reply);
        BOOST_TEST(appended(reply, protocol::resp3) == reply);
    }
    for (const std::string_view none : {"$-1\r\n", "*-1\r\n"}) {
        BOOST_TEST(appended(none, protocol::resp2) == none);
        BOOST_TEST(appended(none, protocol::resp3) == "_\r\n");
    }
}

BOOST_AUTO_TEST_CASE(no_value_within_an_array_is_null_in_the_clients_version_too) {
    std::string out;
    proxy::append_reply(out, "*3\r\n$-1\r\n$5\r\n$-1\r\n\r\n*1\r\n*-1\r\n", protocol::resp3);
    BOOST_TEST(out == "*3\r\n_\r\n$5\r\n$-1\r\n\r\n*1\r\n_\r\n");
}

namespace {

/// An MGET of keys "0" to "5" in parts: 0 has the keys 0 and 3, 1 has 1, 2 and 5, 2 has 4.
struct mixed_parts {
    mixed_parts() {
        parts.begin(gather_kind::values, 3);
        parts.set_keys(std::vector<std::uint16_t>{0, 1, 1, 0, 2, 1});
    }

    /// What is passed on of the large parts: the number of the part in angle brackets.
    std::string pass_on(protocol version) {
        std::string out;
        if (!parts.start_values(out)) return out;
        while (const auto part = parts.next_large(out, version)) {
            out += "<" + std::to_string(*part) + ">";
            parts.item_passed_on();
        }
        return out;
    }

    gather parts;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(items_of_large_parts_come_when_it_is_their_turn, mixed_parts) {
    parts.add_large(1);
    parts.add(0, "*2\r\n$1\r\na\r\n$-1\r\n");
    BOOST_TEST(!parts.complete());
    parts.add(2, "*1\r\n$1\r\ne\r\n");
    BOOST_TEST_REQUIRE(parts.complete());
    BOOST_TEST(parts.has_large());
    BOOST_TEST(pass_on(protocol::resp2) == "*6\r\n$1\r\na\r\n<1><1>$-1\r\n$1\r\ne\r\n<1>");
    BOOST_TEST(pass_on(protocol::resp3) == "*6\r\n$1\r\na\r\n<1><1>_\r\n$1\r\ne\r\n<1>");
}

BOOST_FIXTURE_TEST_CASE(all_parts_may_be_large, mixed_parts) {
    for (std::uint16_t part = 0; part < 3; ++part) parts.add_large(part);
    BOOST_TEST(pass_on(protocol::resp2) == "*6\r\n<0><1><1><0><2><1>");
}

BOOST_FIXTURE_TEST_CASE(an_error_of_one_part_is_the_whole_reply_though_another_is_large,
                        mixed_parts) {
    parts.add_large(1);
    parts.add(0, late);
    parts.add(2, "*1\r\n$1\r\ne\r\n");
    BOOST_TEST(pass_on(protocol::resp2) == late);
}

BOOST_FIXTURE_TEST_CASE(a_large_part_that_was_lost_is_awaited_again, mixed_parts) {
    parts.add(0, "*2\r\n$1\r\na\r\n$1\r\nd\r\n");
    parts.add(2, "*1\r\n$1\r\ne\r\n");
    parts.add_large(1);
    BOOST_TEST(parts.complete());
    parts.lose_large(1);
    parts.lose_large(0);  // is none: nothing happens
    BOOST_TEST(!parts.complete());
    parts.add(1, "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nf\r\n");
    BOOST_TEST(parts.complete());
    BOOST_TEST(!parts.has_large());
    BOOST_TEST(finished(parts) ==
               "*6\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n$1\r\nf\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
