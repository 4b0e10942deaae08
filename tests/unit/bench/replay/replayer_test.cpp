#include "tests/bench/replay/replayer.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using bench::key_trace;
using bench::protocol;
using bench::replay_settings;
using bench::replayer;

namespace {

key_trace trace_of(const std::string& keys) {
    std::string lines;
    for (const char key : keys) lines.append(1, key).append("\n");
    std::istringstream input(lines);
    return bench::read_key_trace(input);
}

std::string asked_by(replayer& work) {
    std::string out;
    work.ask(out);
    return out;
}

std::string get(char key) {
    return "get " + std::string(1, key) + "\r\n";
}

std::string set(char key) {
    return "set " + std::string(1, key) + " 0 0 3\r\n" + key + "vv\r\n";
}

std::string found(char key) {
    return "VALUE " + std::string(1, key) + " 0 3\r\n" + key + "vv\r\nEND\r\n";
}

replay_settings text(std::size_t window) {
    return {.spoken = protocol::memcached, .value_size = 3, .window = window};
}

// Takes the answer and checks that all of it was used.
void give(replayer& work, const std::string& answer) {
    BOOST_TEST(work.take(answer) == answer.size());
    BOOST_TEST(work.counts().problem == "");
}

// A server that forgets nothing, for keys of one character: answers what was asked, in order.
std::string serve(const std::string& asked, std::set<char>& keys, std::string& order) {
    std::istringstream lines(asked);
    std::string answer;
    for (std::string line; getline(lines, line);) {
        const char key = line.at(4);
        order += line[0] == 'g' ? key : static_cast<char>(key - 'a' + 'A');
        if (line[0] == 'g') {
            answer += keys.contains(key) ? found(key) : "END\r\n";
        } else {
            keys.insert(key);
            answer += "STORED\r\n";
            getline(lines, line);
        }
    }
    return answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replayer_test)

BOOST_AUTO_TEST_CASE(a_miss_is_set_and_a_hit_is_not) {
    const auto input = trace_of("aab");
    replayer work(input, text(1));
    BOOST_TEST(asked_by(work) == get('a'));
    BOOST_TEST(asked_by(work) == "");
    give(work, "END\r\n");
    BOOST_TEST(asked_by(work) == set('a'));
    give(work, "STORED\r\n");
    BOOST_TEST(asked_by(work) == get('a'));
    give(work, found('a'));
    BOOST_TEST(asked_by(work) == get('b'));
    give(work, "END\r\n");
    BOOST_TEST(!work.is_over());
    BOOST_TEST(asked_by(work) == set('b'));
    give(work, "STORED\r\n");
    BOOST_TEST(work.is_over());
    BOOST_TEST(work.counts().requests == 3U);
    BOOST_TEST(work.counts().hits == 1U);
    BOOST_TEST(work.counts().refused == 0U);
}

BOOST_AUTO_TEST_CASE(a_window_asks_ahead_but_never_for_a_key_whose_answer_is_open) {
    const auto input = trace_of("abca");
    replayer work(input, text(8));
    BOOST_TEST(asked_by(work) == get('a') + get('b') + get('c'));
    give(work, "END\r\n");
    BOOST_TEST(asked_by(work) == set('a') + get('a'));
    give(work, "END\r\n" + found('c') + "STORED\r\n" + found('a'));
    BOOST_TEST(asked_by(work) == set('b'));
}

BOOST_AUTO_TEST_CASE(no_more_is_under_way_than_the_window) {
    const auto input = trace_of("abcdef");
    replayer work(input, text(2));
    BOOST_TEST(asked_by(work) == get('a') + get('b'));
    give(work, found('a'));
    BOOST_TEST(asked_by(work) == get('c'));
    give(work, "END\r\n");
    BOOST_TEST(asked_by(work) == set('b'));
}

BOOST_AUTO_TEST_CASE(no_request_is_asked_before_its_time_but_what_was_missed_is_set) {
    const auto input = trace_of("abc");
    replayer work(input, text(8));
    std::string out;
    work.ask(out, 0);
    BOOST_TEST(out == "");
    BOOST_TEST(!work.is_waiting());
    BOOST_TEST(!work.is_over());
    work.ask(out, 2);
    BOOST_TEST(out == get('a') + get('b'));
    BOOST_TEST(work.is_waiting());
    give(work, "END\r\n" + found('b'));
    out.clear();
    work.ask(out, 2);
    BOOST_TEST(out == set('a'));
}

BOOST_AUTO_TEST_CASE(hits_do_not_depend_on_the_window_and_each_key_keeps_its_order) {
    std::string keys;
    for (std::uint32_t i = 0, seed = 1; i < 500; ++i) {
        seed = seed * 1'103'515'245U + 12'345U;
        keys += static_cast<char>('a' + (seed >> 16U) % 26);
    }
    const auto input = trace_of(keys);
    for (const std::size_t window : {1U, 3U, 16U}) {
        std::set<char> held;
        std::string order;
        replayer work(input, text(window));
        while (!work.is_over()) give(work, serve(asked_by(work), held, order));
        BOOST_TEST(work.counts().requests == 500U);
        BOOST_TEST(work.counts().hits == 500U - 26);
        std::set<char> set_before;
        std::string gets;
        for (const char one : order) {
            const bool is_set = one < 'a';
            if (is_set) BOOST_TEST(set_before.insert(one).second);  // each key once
            if (!is_set) gets += one;
        }
        BOOST_TEST(gets == keys);
    }
}

BOOST_AUTO_TEST_CASE(resp_is_spoken_as_well) {
    const auto input = trace_of("aa");
    replayer work(input, {.spoken = protocol::resp, .value_size = 3, .window = 4});
    BOOST_TEST(asked_by(work) == "*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    BOOST_TEST(work.take("$-") == 0U);
    give(work, "$-1\r\n");
    BOOST_TEST(asked_by(work) ==
               "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\navv\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    give(work, "+OK\r\n$3\r\navv\r\n");
    BOOST_TEST(work.is_over());
    BOOST_TEST(work.counts().hits == 1U);
}

BOOST_AUTO_TEST_CASE(half_an_answer_waits_for_the_rest) {
    const auto input = trace_of("a");
    const auto answer = found('a');
    for (std::size_t size = 0; size < answer.size(); ++size) {
        replayer work(input, text(1));
        asked_by(work);
        BOOST_TEST(work.take(answer.substr(0, size)) == 0U);
        BOOST_TEST(work.counts().problem == "");
        BOOST_TEST(!work.is_over());
    }
}

BOOST_AUTO_TEST_CASE(a_set_for_which_there_is_no_memory_is_counted) {
    const auto input = trace_of("aa");
    replayer work(input, text(1));
    asked_by(work);
    give(work, "END\r\n");
    asked_by(work);
    give(work, "SERVER_ERROR out of memory storing object\r\n");
    BOOST_TEST(work.counts().refused == 1U);
    BOOST_TEST(asked_by(work) == get('a'));
    replayer other(input, {.spoken = protocol::resp, .value_size = 3, .window = 1});
    asked_by(other);
    give(other, "$-1\r\n");
    asked_by(other);
    give(other, "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    BOOST_TEST(other.counts().refused == 1U);
}

BOOST_AUTO_TEST_CASE(any_other_answer_ends_it) {
    const auto input = trace_of("ab");
    for (const std::string answer : {"VALUE b 0 3\r\n", "VALUE a 0 4\r\n", "STORED\r\n",
                                     "ERROR\r\n", "SERVER_ERROR out of memory\r\n"}) {
        BOOST_TEST_CONTEXT(answer) {
            replayer work(input, text(1));
            asked_by(work);
            BOOST_TEST(work.take(answer) == 0U);
            BOOST_TEST(work.counts().problem != "");
            BOOST_TEST(work.is_over());
        }
    }
    replayer work(input, text(1));
    asked_by(work);
    BOOST_TEST(work.take("END\r\nEND\r\n") == 5U);
    BOOST_TEST(work.counts().problem == "an answer to nothing");
}

BOOST_AUTO_TEST_SUITE_END()
