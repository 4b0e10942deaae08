// memcached's text protocol (its doc/protocol.txt): `get` with one key or several, and `set`.
#include "tests/bench/load/workload.hpp"

#include <array>

namespace bench {

namespace {

constexpr std::array<std::string_view, 3> errors{"ERROR", "CLIENT_ERROR", "SERVER_ERROR"};

}  // namespace

void workload::encode_memcached(const request& asked, std::string& out) const {
    if (asked.what == command::set) {
        out.append("set ");
        append_key(asked.seed, out);
        out.append(" 0 ").append(std::to_string(options_.expire));
        out.append(" ").append(std::to_string(options_.sizes.of(asked.seed))).append("\r\n");
        append_value(asked.seed, out);
    } else {
        out.append("get");
        for (std::uint32_t i = 0; i < key_count(asked); ++i) {
            out.append(" ");
            append_key(key_at(asked, i), out);
        }
    }
    out.append("\r\n");
}

judgement workload::judge_memcached(const request& asked, std::string_view input) {
    for (const auto& name : errors) {
        if (name.starts_with(input)) return {};  // or END, or STORED: too little to tell
        if (!input.starts_with(name)) continue;
        const auto size = line_size(input);
        return size > 0 ? judgement{verdict::error, size} : judgement{};
    }
    expectation answer(input);
    if (asked.what == command::set) {
        answer.expect("STORED\r\n");
        return answer.result(0, data_size(asked.seed));
    }
    std::uint32_t misses = 0;
    std::uint64_t data = 0;
    for (std::uint32_t i = 0; i < key_count(asked); ++i) {
        const auto key = key_at(asked, i);
        scratch_ = "VALUE ";
        append_key(key, scratch_);
        scratch_ += ' ';
        // A key that is not there is left out.
        if (!answer.next_is(scratch_)) {
            ++misses;
            continue;
        }
        scratch_.append("0 ").append(std::to_string(options_.sizes.of(key))).append("\r\n");
        answer.expect(scratch_);
        expect_value(key, answer);
        data += data_size(key);
    }
    answer.expect("END\r\n");
    return answer.result(misses, data);
}

}  // namespace bench
