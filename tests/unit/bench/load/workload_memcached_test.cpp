// The workload in memcached's text protocol.
#include "tests/bench/load/workload.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using bench::command;
using bench::request;
using bench::verdict;
using bench::workload;
using bench::workload_options;

namespace {

workload_options of(command asked) {
    workload_options options;
    options.asked = asked;
    options.spoken = bench::protocol::memcached;
    options.sizes = bench::value_sizes(16);
    options.keys = 1'000;
    options.mget_keys = 2;
    return options;
}

std::string encoded(const workload& work, const request& asked) {
    std::string out;
    work.encode(asked, out);
    return out;
}

// As memcached gives it, for a key as it stands in a request.
std::string found(const std::string& key) {
    return "VALUE " + key + " 0 16\r\n" + key.substr(4) + "mnop\r\n";
}

void check(workload& work, const request& asked, std::string_view answer, verdict wanted) {
    BOOST_TEST_CONTEXT(answer) {
        const auto judged = work.judge(asked, answer);
        BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(wanted));
    }
}

// Every shorter answer is incomplete, and what follows is not looked at.
void check_good(workload& work, const request& asked, const std::string& answer, unsigned misses,
                std::uint64_t data_bytes) {
    for (std::size_t size = 0; size < answer.size(); ++size) {
        check(work, asked, std::string_view(answer).substr(0, size), verdict::incomplete);
    }
    for (const std::string next : {"", "STORED\r\n", "?"}) {
        const auto judged = work.judge(asked, answer + next);
        BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(verdict::good));
        BOOST_TEST(judged.size == answer.size());
        BOOST_TEST(judged.misses == misses);
        BOOST_TEST(judged.data_bytes == data_bytes);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(workload_memcached_test)

BOOST_AUTO_TEST_CASE(requests_are_memcacheds_text) {
    auto options = of(command::mix);
    BOOST_TEST(encoded(workload(options), {command::get, 42}) == "get key:000000000042\r\n");
    BOOST_TEST(encoded(workload(options), {command::set, 42}) ==
               "set key:000000000042 0 0 16\r\n000000000042mnop\r\n");
    options.expire = 100;
    BOOST_TEST(encoded(workload(options), {command::set, 42}) ==
               "set key:000000000042 0 100 16\r\n000000000042mnop\r\n");
    const auto mget = encoded(workload(options), {command::mget, 7});
    BOOST_TEST(mget.starts_with("get key:"));
    BOOST_TEST(mget.size() == 4U + 16 + 1 + 16 + 2);
}

BOOST_AUTO_TEST_CASE(the_value_and_its_absence_are_good_answers_to_get) {
    workload work(of(command::get));
    check_good(work, {command::get, 5}, found("key:000000000005") + "END\r\n", 0, 32);
    check_good(work, {command::get, 5}, "END\r\n", 1, 0);
}

BOOST_AUTO_TEST_CASE(set_is_answered_stored) {
    workload work(of(command::set));
    check_good(work, {command::set, 5}, "STORED\r\n", 0, 32);
    check(work, {command::set, 5}, "NOT_STORED\r\n", verdict::wrong);
    check(work, {command::set, 5}, "END\r\n", verdict::wrong);
}

BOOST_AUTO_TEST_CASE(a_get_of_several_keys_leaves_out_what_is_not_there) {
    workload work(of(command::mget));
    const request asked{command::mget, 99};
    const auto text = encoded(work, asked);
    const auto first = found(text.substr(4, 16));
    const auto second = found(text.substr(21, 16));
    BOOST_TEST(first != second);
    check_good(work, asked, first + second + "END\r\n", 0, 64);
    check_good(work, asked, first + "END\r\n", 1, 32);
    check_good(work, asked, second + "END\r\n", 1, 32);
    check_good(work, asked, "END\r\n", 2, 0);
    check(work, asked, second + first + "END\r\n", verdict::wrong);
    check(work, asked, first + second + second, verdict::wrong);
}

BOOST_AUTO_TEST_CASE(any_other_answer_is_wrong) {
    workload work(of(command::get));
    for (const std::string answer :
         {"VALUE key:000000000006 0 16\r\n", "VALUE key:000000000005 1 16\r\n",
          "VALUE key:000000000005 0 15\r\n", "VALUE key:000000000005 0 16\r\n000000000005mnoX\r\n",
          "STORED\r\n", "$-1\r\n", "ENDE"}) {
        check(work, {command::get, 5}, answer, verdict::wrong);
    }
    check(work, {command::get, 5}, found("key:000000000005") + "ERR", verdict::wrong);
}

BOOST_AUTO_TEST_CASE(an_error_is_told_from_a_broken_stream) {
    workload work(of(command::mix));
    for (const auto what : {command::get, command::set, command::mget}) {
        for (const std::string answer :
             {"ERROR\r\n", "SERVER_ERROR out of memory storing object\r\n",
              "CLIENT_ERROR bad command line format\r\n"}) {
            for (std::size_t size = 0; size < answer.size(); ++size) {
                check(work, {what, 1}, std::string_view(answer).substr(0, size),
                      verdict::incomplete);
            }
            const auto judged = work.judge({what, 1}, answer + "STORED\r\n");
            BOOST_TEST(static_cast<int>(judged.outcome) == static_cast<int>(verdict::error));
            BOOST_TEST(judged.size == answer.size());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
