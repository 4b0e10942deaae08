#include "tests/bench/load/workload.hpp"

#include "tests/bench/load/random.hpp"

#include <algorithm>
#include <array>

namespace bench {

namespace {

constexpr std::size_t most_digits = 12;

using digits = std::array<char, most_digits>;

digits digits_of(std::uint32_t number) {
    digits text;
    for (std::size_t at = most_digits; at-- > 0; number /= 10) {
        text[at] = static_cast<char>('0' + number % 10);
    }
    return text;
}

std::string bulk_head(std::size_t size) {
    return "$" + std::to_string(size) + "\r\n";
}

std::string bulk(const std::string& text) {
    return bulk_head(text.size()) + text + "\r\n";
}

std::string filler(std::size_t size) {
    std::string made(size, ' ');
    for (std::size_t at = 0; at < size; ++at) made[at] = static_cast<char>('a' + at % 26);
    return made;
}

constexpr std::string_view nil = "$-1\r\n";

}  // namespace

workload::workload(const workload_options& options, std::uint64_t seed)
    : options_(options),
      random_(seed),
      key_head_(bulk_head(options.key_prefix.size() + options.key_digits) + options.key_prefix),
      filler_(filler(options.sizes.largest())),
      array_head_("*" + std::to_string(options.mget_keys) + "\r\n"),
      mget_head_("*" + std::to_string(options.mget_keys + 1) + "\r\n$4\r\nMGET\r\n"),
      set_head_(options.expire > 0 ? "*5\r\n$3\r\nSET\r\n" : "*3\r\n$3\r\nSET\r\n") {
    if (options.expire > 0) set_tail_ = bulk("EX") + bulk(std::to_string(options.expire));
}

std::uint32_t workload::random_below(std::uint32_t limit) {
    random_ += 0x9e3779b97f4a7c15ULL;
    return scale(scramble(random_), limit);
}

std::uint32_t workload::key_of_mget(std::uint32_t seed, std::uint32_t number) const {
    return scale(scramble((static_cast<std::uint64_t>(seed) << 32U) + number), options_.keys);
}

std::uint32_t workload::key_count(const request& asked) const {
    return asked.what == command::mget ? options_.mget_keys : 1;
}

std::uint32_t workload::key_at(const request& asked, std::uint32_t number) const {
    return asked.what == command::mget ? key_of_mget(asked.seed, number) : asked.seed;
}

std::uint64_t workload::data_size(std::uint32_t key) const {
    return options_.key_prefix.size() + options_.key_digits + options_.sizes.of(key);
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

void workload::append_key(std::uint32_t number, std::string& out) const {
    const digits text = digits_of(number);
    out.append(options_.key_prefix).append(text.end() - options_.key_digits, text.end());
}

void workload::append_value(std::uint32_t number, std::string& out) const {
    const digits text = digits_of(number);
    const auto size = options_.sizes.of(number);
    const auto head = std::min(size, most_digits);
    out.append(text.end() - head, text.end()).append(filler_, head, size - head);
}

void workload::append_bulk_key(std::uint32_t number, std::string& out) const {
    const digits text = digits_of(number);
    out.append(key_head_).append(text.end() - options_.key_digits, text.end()).append("\r\n");
}

void workload::append_bulk_value(std::uint32_t number, std::string& out) const {
    out.append(bulk_head(options_.sizes.of(number)));
    append_value(number, out);
    out.append("\r\n");
}

// The value and the end of its line.
void workload::expect_value(std::uint32_t number, expectation& answer) const {
    const digits text = digits_of(number);
    const auto size = options_.sizes.of(number);
    const auto head = std::min(size, most_digits);
    answer.expect({text.end() - head, text.end()});
    answer.expect(std::string_view(filler_).substr(head, size - head));
    answer.expect("\r\n");
}

void workload::encode_resp(const request& asked, std::string& out) const {
    switch (asked.what) {
        case command::set:
            out.append(set_head_);
            append_bulk_key(asked.seed, out);
            append_bulk_value(asked.seed, out);
            out.append(set_tail_);
            return;
        case command::mget:
            out.append(mget_head_);
            for (std::uint32_t i = 0; i < options_.mget_keys; ++i) {
                append_bulk_key(key_of_mget(asked.seed, i), out);
            }
            return;
        default:
            out.append("*2\r\n$3\r\nGET\r\n");
            append_bulk_key(asked.seed, out);
    }
}

void workload::encode(const request& asked, std::string& out) const {
    options_.spoken == protocol::resp ? encode_resp(asked, out) : encode_memcached(asked, out);
}

judgement workload::judge(const request& asked, std::string_view input) {
    if (input.empty()) return {};
    if (options_.echo) {
        expectation answer(input);
        scratch_.clear();
        encode(asked, scratch_);
        answer.expect(scratch_);
        return answer.result(0);
    }
    return options_.spoken == protocol::resp ? judge_resp(asked, input)
                                             : judge_memcached(asked, input);
}

judgement workload::judge_resp(const request& asked, std::string_view input) {
    if (input.front() == '-') {
        const auto size = line_size(input);
        return size > 0 ? judgement{verdict::error, size} : judgement{};
    }
    expectation answer(input);
    if (asked.what == command::set) {
        answer.expect("+OK\r\n");
        return answer.result(0, data_size(asked.seed));
    }
    std::uint32_t misses = 0;
    std::uint64_t data = 0;
    if (asked.what == command::mget) answer.expect(array_head_);
    for (std::uint32_t i = 0; i < key_count(asked); ++i) {
        const auto key = key_at(asked, i);
        if (answer.next_is(nil.substr(0, 2))) {
            ++misses;
            answer.expect(nil);
        } else {
            answer.expect(bulk_head(options_.sizes.of(key)));
            expect_value(key, answer);
            data += data_size(key);
        }
    }
    return answer.result(misses, data);
}

}  // namespace bench
