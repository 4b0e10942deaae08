#include "tests/bench/replay/replayer.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr std::string_view nil = "$-1\r\n";
constexpr std::string_view end_of_get = "END\r\n";
constexpr std::string_view no_memory = "-OOM ";
constexpr std::string_view no_memory_in_text = "SERVER_ERROR out of memory";

void append_bulk(std::string_view text, std::string& out) {
    out.append("$").append(std::to_string(text.size())).append("\r\n");
    out.append(text).append("\r\n");
}

}  // namespace

replayer::replayer(const key_trace& input, const replay_settings& settings)
    : input_(input),
      settings_(settings),
      filler_(settings.value_size, 'v'),
      size_(std::to_string(settings.value_size)),
      is_busy_(input.keys.size()) {}

void replayer::append_get(std::uint32_t key, std::string& out) const {
    const auto& name = input_.keys[key];
    if (settings_.spoken == protocol::resp) {
        out.append("*2\r\n$3\r\nGET\r\n");
        append_bulk(name, out);
    } else {
        out.append("get ").append(name).append("\r\n");
    }
}

void replayer::append_set(std::uint32_t key, std::string& out) const {
    const auto& name = input_.keys[key];
    if (settings_.spoken == protocol::resp) {
        out.append("*3\r\n$3\r\nSET\r\n");
        append_bulk(name, out);
        out.append("$").append(size_).append("\r\n");
    } else {
        out.append("set ").append(name).append(" 0 0 ").append(size_).append("\r\n");
    }
    append_value(key, out);
}

// The value begins with its key, as far as it has room; the line's end belongs to it.
void replayer::append_value(std::uint32_t key, std::string& out) const {
    const auto& name = input_.keys[key];
    const auto head = std::min(name.size(), settings_.value_size);
    out.append(name, 0, head).append(filler_, head).append("\r\n");
}

void replayer::ask(std::string& out, std::uint64_t limit) {
    for (const auto key : to_set_) {
        append_set(key, out);
        under_way_.push_back({key, true});
        is_busy_[key] = 0;
    }
    to_set_.clear();
    limit = std::min<std::uint64_t>(limit, input_.requests.size());
    while (next_ < limit && under_way_.size() < settings_.window) {
        const auto key = input_.requests[next_];
        if (is_busy_[key] != 0) return;
        is_busy_[key] = 1;
        append_get(key, out);
        under_way_.push_back({key, false});
        ++next_;
    }
}

judgement replayer::judge_get(std::uint32_t key, std::string_view input) {
    expectation answer(input);
    const auto& none = settings_.spoken == protocol::resp ? nil : end_of_get;
    if (answer.next_is(none)) {
        answer.expect(none);
        return answer.result(1);
    }
    if (settings_.spoken == protocol::resp) {
        scratch_ = "$" + size_ + "\r\n";
        append_value(key, scratch_);
    } else {
        scratch_ = "VALUE " + input_.keys[key] + " 0 " + size_ + "\r\n";
        append_value(key, scratch_);
        scratch_ += end_of_get;
    }
    answer.expect(scratch_);
    return answer.result(0);
}

judgement replayer::judge_set(std::string_view input) {
    const bool is_resp = settings_.spoken == protocol::resp;
    expectation answer(input);
    if (answer.next_is(is_resp ? no_memory : no_memory_in_text)) {
        const auto size = line_size(input);
        return size > 0 ? judgement{verdict::error, size} : judgement{};
    }
    answer.expect(is_resp ? "+OK\r\n" : "STORED\r\n");
    return answer.result(0);
}

std::size_t replayer::take(std::string_view input) {
    std::size_t used = 0;
    while (used < input.size() && !is_over()) {
        const auto rest = input.substr(used);
        if (under_way_.empty()) {
            counts_.problem = "an answer to nothing";
            break;
        }
        const auto one = under_way_.front();
        const auto judged = one.is_set ? judge_set(rest) : judge_get(one.key, rest);
        if (judged.outcome == verdict::incomplete) break;
        if (judged.outcome == verdict::wrong) {
            counts_.problem = "not what was asked for: " + std::string(rest.substr(0, 80));
            break;
        }
        under_way_.pop_front();
        finish(one, judged);
        used += judged.size;
    }
    return used;
}

void replayer::finish(const asked& one, const judgement& judged) {
    if (one.is_set) {
        counts_.refused += judged.outcome == verdict::error ? 1 : 0;
        return;
    }
    ++counts_.requests;
    if (judged.misses > 0) {
        to_set_.push_back(one.key);
    } else {
        ++counts_.hits;
        is_busy_[one.key] = 0;
    }
}

bool replayer::is_over() const {
    if (!counts_.problem.empty()) return true;
    return next_ == input_.requests.size() && under_way_.empty() && to_set_.empty();
}

}  // namespace bench
