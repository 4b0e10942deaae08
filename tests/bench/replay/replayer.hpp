// Replays a trace over one connection: GET each key and, when it is not there, SET it. Several
// requests are under way at a time, but none for a key whose GET is not answered (and whose SET is
// not sent, after a miss); so each GET finds what the requests for its key before it have left. Of
// different keys, a SET comes up to a window later than one at a time would bring it.
// Pure: takes what was received, gives what to send. One thread.
#pragma once

#include "tests/bench/load/expectation.hpp"
#include "tests/bench/load/workload.hpp"
#include "tests/bench/replay/key_trace.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct replay_settings {
    protocol spoken = protocol::resp;
    std::size_t value_size = 64;  // bytes
    std::size_t window = 1;       // requests under way, 1 or more
};

struct replay_counts {
    std::uint64_t requests = 0;  // GETs that were answered
    std::uint64_t hits = 0;
    std::uint64_t refused = 0;  // SETs for which the server had no memory
    std::string problem;        // the answer that ended the replay
};

class replayer {
  public:
    /// Requires: `input` outlives this, `settings.window` > 0.
    replayer(const key_trace& input, const replay_settings& settings);

    /// Appends what is to be sent now; of the trace's requests no more than `limit` in all.
    void ask(std::string& out, std::uint64_t limit = UINT64_MAX);

    /// Whether an answer is to come.
    bool is_waiting() const noexcept { return !under_way_.empty(); }

    /// Takes whole answers from the beginning of `input`; gives how many bytes they had.
    std::size_t take(std::string_view input);

    /// Everything is answered, or an answer was not what it may be.
    bool is_over() const;

    const replay_counts& counts() const noexcept { return counts_; }

  private:
    struct asked {
        std::uint32_t key;
        bool is_set;
    };

    void append_get(std::uint32_t key, std::string& out) const;
    void append_set(std::uint32_t key, std::string& out) const;
    void append_value(std::uint32_t key, std::string& out) const;
    judgement judge_get(std::uint32_t key, std::string_view input);
    judgement judge_set(std::string_view input);
    void finish(const asked& one, const judgement& judged);

    const key_trace& input_;
    replay_settings settings_;
    std::string filler_;
    std::string size_;  // of values, in digits
    std::string scratch_;

    std::size_t next_ = 0;               // of the trace's requests
    std::deque<asked> under_way_;        // in the order of their answers
    std::vector<std::uint32_t> to_set_;  // missed, not sent yet
    std::vector<char> is_busy_;          // for each key
    replay_counts counts_;
};

}  // namespace bench
