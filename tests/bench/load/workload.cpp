#include "tests/bench/load/workload.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace bench {

namespace {

constexpr std::size_t key_digits = 12;

using digits = std::array<char, key_digits>;

digits digits_of(std::uint32_t number) {
    digits text;
    for (std::size_t at = key_digits; at-- > 0; number /= 10) {
        text[at] = static_cast<char>('0' + number % 10);
    }
    return text;
}

std::string bulk_head(std::size_t size) {
    return "$" + std::to_string(size) + "\r\n";
}

// Compares an answer piece by piece with what it must be, as far as it has come.
class expectation {
  public:
    explicit expectation(std::string_view input) : input_(input) {}

    void expect(std::string_view piece) {
        if (outcome_ != verdict::good) return;
        const std::size_t size = std::min(piece.size(), input_.size() - at_);
        if (std::memcmp(input_.data() + at_, piece.data(), size) != 0) {
            outcome_ = verdict::wrong;
        } else if (size < piece.size()) {
            outcome_ = verdict::incomplete;
        }
        at_ += size;
    }

    bool next_is(std::string_view piece) const { return input_.substr(at_).starts_with(piece); }

    judgement result(std::uint32_t misses) const {
        if (outcome_ != verdict::good) return {outcome_};
        return {verdict::good, at_, misses};
    }

  private:
    std::string_view input_;
    std::size_t at_ = 0;
    verdict outcome_ = verdict::good;
};

// A scramble of 64 bits (the finaliser of Steele, Lea and Flood's SplitMix64, OOPSLA 2014).
std::uint64_t scramble(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

std::uint32_t scale(std::uint64_t random, std::uint32_t limit) {
    return static_cast<std::uint32_t>(((random >> 32U) * limit) >> 32U);
}

constexpr std::string_view nil = "$-1\r\n";

}  // namespace

workload::workload(const workload_options& options, std::uint64_t seed)
    : options_(options),
      random_(seed),
      key_head_(bulk_head(options.key_prefix.size() + key_digits) + options.key_prefix),
      bulk_head_(bulk_head(options.value_size)),
      array_head_("*" + std::to_string(options.mget_keys) + "\r\n"),
      mget_head_("*" + std::to_string(options.mget_keys + 1) + "\r\n$4\r\nMGET\r\n"),
      value_digits_(std::min(options.value_size, key_digits)) {
    for (std::size_t at = value_digits_; at < options.value_size; ++at) {
        value_tail_.push_back(static_cast<char>('a' + at % 26));
    }
    value_tail_ += "\r\n";
}

std::uint32_t workload::random_below(std::uint32_t limit) {
    random_ += 0x9e3779b97f4a7c15ULL;
    return scale(scramble(random_), limit);
}

std::uint32_t workload::key_of_mget(std::uint32_t seed, std::uint32_t number) const {
    return scale(scramble((static_cast<std::uint64_t>(seed) << 32U) + number), options_.keys);
}

request workload::next() {
    request made{options_.asked};
    if (made.what == command::mix) {
        const bool is_set = random_below(options_.sets + options_.gets) < options_.sets;
        made.what = is_set ? command::set : command::get;
    }
    if (options_.in_order) {
        made.seed = in_order_++ % options_.keys;
    } else {
        made.seed = random_below(made.what == command::mget ? UINT32_MAX : options_.keys);
    }
    return made;
}

void workload::encode_key(std::uint32_t number, std::string& out) const {
    const digits text = digits_of(number);
    out.append(key_head_).append(text.data(), text.size()).append("\r\n");
}

void workload::encode(const request& asked, std::string& out) const {
    switch (asked.what) {
        case command::set: {
            out.append("*3\r\n$3\r\nSET\r\n");
            encode_key(asked.seed, out);
            const digits text = digits_of(asked.seed);
            out.append(bulk_head_);
            out.append(text.end() - value_digits_, text.end()).append(value_tail_);
            return;
        }
        case command::mget:
            out.append(mget_head_);
            for (std::uint32_t i = 0; i < options_.mget_keys; ++i) {
                encode_key(key_of_mget(asked.seed, i), out);
            }
            return;
        default:
            out.append("*2\r\n$3\r\nGET\r\n");
            encode_key(asked.seed, out);
    }
}

judgement workload::judge(const request& asked, std::string_view input) {
    if (input.empty()) return {};
    expectation answer(input);
    if (options_.echo) {
        scratch_.clear();
        encode(asked, scratch_);
        answer.expect(scratch_);
        return answer.result(0);
    }
    if (input.front() == '-') {
        const auto end = input.find("\r\n");
        if (end == std::string_view::npos) return {};
        return {verdict::error, end + 2};
    }
    std::uint32_t misses = 0;
    const auto expect_value = [&](std::uint32_t key) {
        if (answer.next_is(nil.substr(0, 2))) {
            ++misses;
            return answer.expect(nil);
        }
        const digits text = digits_of(key);
        answer.expect(bulk_head_);
        answer.expect({text.end() - value_digits_, text.end()});
        answer.expect(value_tail_);
    };
    if (asked.what == command::set) {
        answer.expect("+OK\r\n");
    } else if (asked.what == command::get) {
        expect_value(asked.seed);
    } else {
        answer.expect(array_head_);
        for (std::uint32_t i = 0; i < options_.mget_keys; ++i) {
            expect_value(key_of_mget(asked.seed, i));
        }
    }
    return answer.result(misses);
}

}  // namespace bench
