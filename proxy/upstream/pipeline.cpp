#include "proxy/upstream/pipeline.hpp"

namespace proxy {
namespace {

constexpr std::size_t kept_capacity = 256 * 1024;

}  // namespace

void pipeline::end_request(const ticket& whose, shared::steady_time deadline) {
    waiting_.push_back({whose, bytes_.size() - ended_, deadline});
    ended_ = bytes_.size();
}

bool pipeline::expects_reply() const noexcept {
    return !waiting_.empty() && sent_ - head_ >= waiting_.front().size;
}

std::optional<ticket> pipeline::take_reply() {
    const entry oldest = waiting_.front();
    waiting_.pop_front();
    drop_head(oldest.size);
    if (oldest.given_up) return std::nullopt;
    return oldest.whose;
}

std::optional<shared::steady_time> pipeline::oldest_deadline() const noexcept {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front().deadline;
}

void pipeline::clear() noexcept {
    bytes_.clear();
    waiting_.clear();
    head_ = sent_ = ended_ = 0;
}

void pipeline::drop_head(std::size_t size) {
    head_ += size;
    if (head_ == bytes_.size()) {
        const bool large = bytes_.capacity() > kept_capacity;
        clear();
        if (large) std::string().swap(bytes_);
    } else if (head_ > kept_capacity && head_ > bytes_.size() / 2) {
        // At least half is answered: moving the rest costs less than was dropped.
        bytes_.erase(0, head_);
        sent_ -= head_;
        ended_ -= head_;
        head_ = 0;
    }
}

}  // namespace proxy
