// Compares what two partners hold, over the link: slice by slice the partner is asked whether its
// digest is the same, and tells what it has if not. A question follows all changes that it knows
// of, but those of the partner that are on their way to us are in the partner's answer already: so
// slices that differ are asked for again, after a pause, and what still differs the third time
// does. (Comparing digests of ranges before entries: the anti-entropy of DeCandia et al., "Dynamo",
// SOSP 2007, 4.7, with one level in the place of a Merkle tree.)
//
// Pure: time is an argument. Owned by the sending_half, touched by its thread.
#pragma once

#include "backend/replication/slice_digest.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace backend {

struct verification_result {
    std::uint64_t keys = 0;  // here
    difference differ;
    unsigned rounds = 0;
};

class verification {
  public:
    /// None: the link was lost before it was known.
    using finished = std::function<void(std::optional<verification_result>)>;
    using question_sink = std::function<void(std::string_view)>;

    /// `ask` sends a question to the partner.
    verification(store& data, question_sink ask) : data_(data), ask_(std::move(ask)) {}

    bool running() const noexcept { return then_ != nullptr; }

    /// Requires: it is not running.
    void begin(finished then, shared::unix_ms now);

    /// False if it is no answer to a question.
    bool on_answer(std::string_view bytes, shared::unix_ms now);

    /// To be called some times a second: begins the next round.
    void on_heartbeat(shared::unix_ms now);

    void on_lost();

  private:
    void ask(shared::unix_ms now);
    void end_round();

    store& data_;
    question_sink ask_;
    finished then_;
    verification_result result_;
    std::vector<slice_number> wanted_;  // of this round; those in front have been asked for
    std::vector<slice_number> again_;   // of the next
    std::size_t asked_ = 0;
    std::size_t answered_ = 0;
};

}  // namespace backend
