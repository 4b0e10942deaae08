#include "proxy/frontend/reply_order.hpp"

#include <utility>

namespace proxy {
namespace {

constexpr std::size_t first_size = 1;

}  // namespace

std::uint64_t reply_order::open(std::uint32_t values) {
    if (pending() == slots_.size()) grow();
    auto& made = slot_of(next_);
    made.ready = false;
    made.values = values;
    values_ += values;
    return next_++;
}

void reply_order::keep(std::uint64_t request, std::unique_ptr<gather> parts) {
    slot_of(request).parts = std::move(parts);
}

void reply_order::complete(std::uint64_t request, std::string_view reply, std::string& out) {
    if (request != head_) {
        auto& own = slot_of(request);
        own.reply = buffers_.take();
        own.reply.assign(reply);
        own.ready = true;
        held_ += reply.size();
        return;
    }
    out += reply;
    pop();
    while (head_ != next_ && slot_of(head_).ready) {
        auto& following = slot_of(head_);
        out += following.reply;
        held_ -= following.reply.size();
        following.ready = false;
        buffers_.give_back(following.reply);
        pop();
    }
}

void reply_order::pop() noexcept {
    values_ -= slot_of(head_).values;
    ++head_;
}

void reply_order::grow() {
    std::vector<slot> larger(slots_.empty() ? first_size : 2 * slots_.size());
    for (auto request = head_; request != next_; ++request) {
        larger[request & (larger.size() - 1)] = std::move(slot_of(request));
    }
    slots_ = std::move(larger);
}

}  // namespace proxy
