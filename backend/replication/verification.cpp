#include "backend/replication/verification.hpp"

#include <numeric>
#include <utility>

namespace backend {
namespace {

constexpr unsigned most_rounds = 3;
constexpr std::size_t window = 32;  // questions under way

}  // namespace

void verification::begin(finished then, shared::unix_ms now) {
    then_ = std::move(then);
    result_ = {};
    again_.resize(slices);
    std::iota(again_.begin(), again_.end(), 0U);
    asked_ = answered_ = 0;
    wanted_.clear();
    on_heartbeat(now);
}

void verification::on_heartbeat(shared::unix_ms now) {
    if (!running() || answered_ != wanted_.size() || again_.empty()) return;
    wanted_ = std::exchange(again_, {});
    asked_ = answered_ = 0;
    ++result_.rounds;
    result_.differ = {};
    ask(now);
}

void verification::ask(shared::unix_ms now) {
    while (asked_ < wanted_.size() && asked_ < answered_ + window) {
        const auto slice = wanted_[asked_++];
        const auto prints = prints_of(data_, slice, now);
        if (result_.rounds == 1) result_.keys += prints.size();
        ask_(slice_question(slice, digest_of(prints)));
    }
}

bool verification::on_answer(std::string_view bytes, shared::unix_ms now) {
    const auto answer = read_answer(bytes);
    // Answers come in the order of the questions.
    if (!running() || answered_ == asked_ || answer.slice != wanted_[answered_]) return false;
    ++answered_;
    if (!answer.equal) {
        const auto found = compare(prints_of(data_, answer.slice, now), answer.prints);
        result_.differ += found;
        if (found.keys() != 0) again_.push_back(answer.slice);
    }
    if (answered_ == wanted_.size()) {
        end_round();
    } else {
        ask(now);
    }
    return true;
}

void verification::end_round() {
    if (!again_.empty() && result_.rounds < most_rounds) return;
    std::exchange(then_, nullptr)(result_);
}

void verification::on_lost() {
    if (running()) std::exchange(then_, nullptr)(std::nullopt);
}

}  // namespace backend
