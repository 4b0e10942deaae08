#include "tests/bench/load/workload.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

using bench::command;
using bench::request;
using bench::verdict;
using bench::workload;
using bench::workload_options;

namespace {

workload_options of(command asked, std::size_t value_size = 16) {
    workload_options options;
    options.asked = asked;
    options.sizes = bench::value_sizes(value_size);
    options.keys = 1'000;
    options.mget_keys = 2;
    return options;
}

std::string encoded(const workload& work, const request& asked) {
    std::string out;
    work.encode(asked, out);
    return out;
}

// The bulk with a key's value, cut out of the SET that stores it.
std::string stored(const workload& work, std::uint32_t key) {
    const auto text = encoded(work, {command::set, key});
    return text.substr(text.rfind('$'));
}

// The numbers of the keys that an encoded request names.
std::vector<std::uint32_t> keys_in(const std::string& text) {
    std::vector<std::uint32_t> keys;
    for (auto at = text.find("key:"); at != std::string::npos; at = text.find("key:", at + 1)) {
        keys.push_back(static_cast<std::uint32_t>(std::stoul(text.substr(at + 4, 12))));
    }
    return keys;
}

// Every shorter answer is incomplete, and what follows is not looked at.
void check_good(workload& work, const request& asked, const std::string& answer, unsigned misses) {
    for (std::size_t size = 0; size < answer.size(); ++size) {
        const auto judged = work.judge(asked, std::string_view(answer).substr(0, size));
        BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(verdict::incomplete));
    }
    for (const std::string next : {"", "+OK\r\n", "?"}) {
        const auto judged = work.judge(asked, answer + next);
        BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(verdict::good));
        BOOST_TEST(judged.size == answer.size());
        BOOST_TEST(judged.misses == misses);
    }
}

void check_wrong(workload& work, const request& asked, std::string_view answer) {
    BOOST_TEST_CONTEXT(answer) {
        const auto judged = work.judge(asked, answer);
        BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(verdict::wrong));
        BOOST_TEST(judged.size == 0U);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(workload_test)

BOOST_AUTO_TEST_CASE(requests_are_resp_and_the_value_follows_from_the_key) {
    const workload work(of(command::mix));
    BOOST_TEST(encoded(work, {command::get, 42}) ==
               "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000042\r\n");
    BOOST_TEST(encoded(work, {command::set, 42}) ==
               "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$16\r\n000000000042mnop\r\n");
    const workload small(of(command::set, 3));
    BOOST_TEST(stored(small, 12'345) == "$3\r\n345\r\n");
    const auto mget = encoded(work, {command::mget, 7});
    BOOST_TEST(mget.starts_with("*3\r\n$4\r\nMGET\r\n$16\r\nkey:"));
    BOOST_TEST(keys_in(mget).size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_stored_value_and_nil_are_good_answers_to_get) {
    workload work(of(command::get));
    check_good(work, {command::get, 5}, stored(work, 5), 0);
    check_good(work, {command::get, 5}, "$-1\r\n", 1);
}

BOOST_AUTO_TEST_CASE(any_other_answer_to_get_is_wrong) {
    workload work(of(command::get));
    check_wrong(work, {command::get, 5}, stored(work, 6));
    check_wrong(work, {command::get, 5}, "$15\r\n000000000005mno\r\n");
    check_wrong(work, {command::get, 5}, "$16\r\n000000000005mnoX\r\n");
    check_wrong(work, {command::get, 5}, "$16\r\n000000000005mnop\n\n");
    check_wrong(work, {command::get, 5}, "+OK\r\n");
    check_wrong(work, {command::get, 5}, "*1\r\n");
    check_wrong(work, {command::get, 5}, "$-2\r\n");
}

BOOST_AUTO_TEST_CASE(set_is_answered_ok) {
    workload work(of(command::set));
    check_good(work, {command::set, 5}, "+OK\r\n", 0);
    check_wrong(work, {command::set, 5}, "+QUEUED\r\n");
    check_wrong(work, {command::set, 5}, ":1\r\n");
    check_wrong(work, {command::set, 5}, "$-1\r\n");
}

BOOST_AUTO_TEST_CASE(mget_is_answered_with_the_values_in_order) {
    workload work(of(command::mget));
    const request asked{command::mget, 99};
    const auto keys = keys_in(encoded(work, asked));
    const auto first = stored(work, keys.at(0));
    const auto second = stored(work, keys.at(1));
    BOOST_TEST(first != second);
    check_good(work, asked, "*2\r\n" + first + second, 0);
    check_good(work, asked, "*2\r\n$-1\r\n" + second, 1);
    check_good(work, asked, "*2\r\n$-1\r\n$-1\r\n", 2);
    check_wrong(work, asked, "*2\r\n" + second + first);
    check_wrong(work, asked, "*1\r\n" + first);
    check_wrong(work, asked, "*2\r\n" + first + "-ERR no\r\n");
}

BOOST_AUTO_TEST_CASE(an_error_reply_is_told_from_a_broken_stream) {
    workload work(of(command::mget));
    for (const auto what : {command::get, command::set, command::mget}) {
        const auto judged = work.judge({what, 1}, "-ERR no\r\n+OK\r\n");
        BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(verdict::error));
        BOOST_TEST(judged.size == 9U);
        const auto half = work.judge({what, 1}, "-ERR no\r");
        BOOST_TEST(static_cast<int>(half.outcome) == static_cast<int>(verdict::incomplete));
    }
}

BOOST_AUTO_TEST_CASE(an_echo_is_the_request_itself) {
    auto options = of(command::mix);
    options.echo = true;
    workload work(options);
    for (const auto what : {command::get, command::set, command::mget}) {
        check_good(work, {what, 8}, encoded(work, {what, 8}), 0);
        check_wrong(work, {what, 8}, encoded(work, {what, 9}));
    }
}

BOOST_AUTO_TEST_CASE(a_mix_keeps_its_ratio_and_meets_all_keys) {
    workload work(of(command::mix));
    std::set<std::uint32_t> keys;
    int sets = 0;
    constexpr int count = 20'000;
    for (int i = 0; i < count; ++i) {
        const auto made = work.next();
        sets += made.what == command::set ? 1 : 0;
        keys.insert(made.seed);
    }
    BOOST_TEST(sets > count / 10 - 200);
    BOOST_TEST(sets < count / 10 + 200);
    BOOST_TEST(keys.size() == 1'000U);
    BOOST_TEST(*keys.rbegin() == 999U);
}

BOOST_AUTO_TEST_CASE(what_is_set_may_expire_and_keys_may_be_short) {
    auto options = of(command::set);
    options.expire = 100;
    options.key_prefix = "";
    options.key_digits = 8;
    BOOST_TEST(encoded(workload(options), {command::set, 42}) ==
               "*5\r\n$3\r\nSET\r\n$8\r\n00000042\r\n$16\r\n000000000042mnop\r\n"
               "$2\r\nEX\r\n$3\r\n100\r\n");
    BOOST_TEST(encoded(workload(options), {command::get, 42}) ==
               "*2\r\n$3\r\nGET\r\n$8\r\n00000042\r\n");
}

BOOST_AUTO_TEST_CASE(each_value_has_the_size_of_its_key) {
    auto options = of(command::get);
    options.sizes = bench::value_sizes::read("1:1,2000:1");
    workload work(options);
    std::set<std::size_t> sizes;
    for (std::uint32_t key = 0; key < 50; ++key) {
        const auto value = stored(work, key);
        sizes.insert(value.size());
        check_good(work, {command::get, key}, value, 0);
    }
    BOOST_TEST((sizes == std::set<std::size_t>{7, 2009}));
}

BOOST_AUTO_TEST_CASE(the_bytes_of_keys_and_values_are_told) {
    workload work(of(command::get));
    BOOST_TEST(work.judge({command::set, 5}, "+OK\r\n").data_bytes == 32U);
    BOOST_TEST(work.judge({command::get, 5}, stored(work, 5)).data_bytes == 32U);
    BOOST_TEST(work.judge({command::get, 5}, "$-1\r\n").data_bytes == 0U);
    BOOST_TEST(work.judge({command::mget, 5}, "*2\r\n$-1\r\n$-1\r\n").data_bytes == 0U);
}

BOOST_AUTO_TEST_CASE(in_order_names_every_key_once_and_begins_again) {
    auto options = of(command::set);
    options.in_order = true;
    options.keys = 3;
    workload work(options);
    for (const std::uint32_t wanted : {0U, 1U, 2U, 0U}) BOOST_TEST(work.next().seed == wanted);
}

BOOST_AUTO_TEST_CASE(the_same_seed_asks_the_same) {
    workload one(of(command::mix), 5);
    workload same(of(command::mix), 5);
    workload other(of(command::mix), 6);
    int equal = 0;
    for (int i = 0; i < 100; ++i) {
        const auto wanted = one.next();
        BOOST_TEST(same.next().seed == wanted.seed);
        equal += other.next().seed == wanted.seed ? 1 : 0;
    }
    BOOST_TEST(equal < 10);
}

BOOST_AUTO_TEST_SUITE_END()
