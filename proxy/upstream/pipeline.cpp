#include "proxy/upstream/pipeline.hpp"

#include <algorithm>

namespace proxy {
namespace {

constexpr std::size_t kept_capacity = 256 * 1024;
constexpr std::size_t first_requests = 16;
constexpr std::size_t kept_requests = 4096;

}  // namespace

void pipeline::end_request(const ticket& whose, shared::steady_time deadline) {
    if (waiting_.full()) waiting_.set_capacity(std::max(first_requests, 2 * waiting_.capacity()));
    waiting_.push_back({whose, bytes_.size() - ended_, deadline});
    ended_ = bytes_.size();
}

bool pipeline::expects_reply() const noexcept {
    return !waiting_.empty() && sent_ - head_ >= waiting_.front().size;
}

std::optional<ticket> pipeline::next_reply() const noexcept {
    if (waiting_.front().given_up) return std::nullopt;
    return waiting_.front().whose;
}

std::string_view pipeline::oldest_request() const noexcept {
    return std::string_view(bytes_).substr(head_, waiting_.front().size);
}

void pipeline::extend(shared::steady_time deadline) noexcept {
    for (auto& one : waiting_) one.deadline = std::max(one.deadline, deadline);
}

std::optional<ticket> pipeline::take_reply() {
    const auto whose = next_reply();
    const std::size_t size = waiting_.front().size;
    waiting_.pop_front();
    drop_head(size);
    return whose;
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
    if (head_ == ended_) {
        const bool large = bytes_.capacity() > kept_capacity;
        clear();
        if (large) std::string().swap(bytes_);
        if (waiting_.capacity() > kept_requests) waiting_.set_capacity(first_requests);
    } else if (head_ > kept_capacity && head_ > bytes_.size() / 2) {
        // At least half is answered: moving the rest costs less than was dropped.
        bytes_.erase(0, head_);
        sent_ -= head_;
        ended_ -= head_;
        head_ = 0;
    }
}

}  // namespace proxy
