#include "proxy/frontend/reply_order.hpp"

#include <utility>

namespace proxy {
namespace {

constexpr std::size_t first_size = 4;
constexpr std::size_t kept_capacity = 1024;  // bytes that a slot keeps for its next reply

}  // namespace

std::uint64_t reply_order::open() {
    if (pending() == slots_.size()) grow();
    slot_of(next_).ready = false;
    return next_++;
}

void reply_order::complete(std::uint64_t request, std::string_view reply, std::string& out) {
    if (request != head_) {
        auto& own = slot_of(request);
        own.reply.assign(reply);
        own.ready = true;
        held_ += reply.size();
        return;
    }
    out += reply;
    ++head_;
    while (head_ != next_ && slot_of(head_).ready) {
        auto& following = slot_of(head_);
        out += following.reply;
        held_ -= following.reply.size();
        following.ready = false;
        if (following.reply.capacity() > kept_capacity) std::string().swap(following.reply);
        ++head_;
    }
}

void reply_order::grow() {
    std::vector<slot> larger(slots_.empty() ? first_size : 2 * slots_.size());
    for (auto request = head_; request != next_; ++request) {
        larger[request & (larger.size() - 1)] = std::move(slot_of(request));
    }
    slots_ = std::move(larger);
}

}  // namespace proxy
