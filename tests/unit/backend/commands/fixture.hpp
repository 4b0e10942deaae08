// A store and a clock that stands still, driven by requests written as lines.
#pragma once

#include "backend/commands/table.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace backend::test {

struct command_fixture {
    explicit command_fixture(std::uint64_t memory = 64UL << 20U)
        : data({.memory = memory, .shards = 4}, clock, nullptr) {}

    std::string run(const std::vector<std::string_view>& words) {
        const auto* spec = shared::find_command(words[0]);
        BOOST_TEST_REQUIRE(spec != nullptr);
        BOOST_TEST_REQUIRE(shared::arity_fits(*spec, words.size()));
        std::string out = "earlier";
        command_context context{data, now, version, out, longest_value, longest_reply};
        run_command(*spec, words, context);
        BOOST_TEST_REQUIRE(out.starts_with("earlier"));
        return out.substr(7);
    }

    /// The words of `line`, separated by blanks.
    std::string run(const char* line) {
        std::istringstream stream(line);
        std::vector<std::string> words;
        for (std::string word; stream >> word;) words.push_back(word);
        return run(std::vector<std::string_view>(words.begin(), words.end()));
    }

    hybrid_clock clock{0};
    store data;
    shared::unix_ms now = 1'700'000'000'000;
    shared::protocol version = shared::protocol::resp2;
    std::uint64_t longest_value = 512UL << 20U;
    std::uint64_t longest_reply = 256UL << 20U;
};

/// With so little memory that a value of 64 KiB never fits.
struct tight_fixture : command_fixture {
    tight_fixture() : command_fixture(64UL << 10U) {}
};

/// "$5\r\nhello\r\n" for "hello".
inline std::string bulk(std::string_view text) {
    std::string out;
    shared::append_bulk(out, text);
    return out;
}

inline constexpr std::string_view ok = "+OK\r\n";
inline constexpr std::string_view null = "$-1\r\n";
inline constexpr std::string_view zero = ":0\r\n";
inline constexpr std::string_view one = ":1\r\n";
inline constexpr std::string_view syntax = "-ERR syntax error\r\n";
inline constexpr std::string_view no_integer = "-ERR value is not an integer or out of range\r\n";
inline constexpr std::string_view too_long =
    "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
inline constexpr std::string_view too_large =
    "-ERR the reply would be larger than max_reply of this backend\r\n";
inline constexpr std::string_view oom =
    "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

/// Numbers that Redis does not take as such.
inline const std::vector<std::string_view> not_numbers{"",
                                                       "x",
                                                       "1.5",
                                                       "1e3",
                                                       "0x10",
                                                       "007",
                                                       "-0",
                                                       "+1",
                                                       " 1",
                                                       "1 ",
                                                       "-",
                                                       "9223372036854775808",
                                                       "-9223372036854775809"};

}  // namespace backend::test
