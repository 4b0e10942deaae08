#include "proxy/frontend/reply_order.hpp"

#include <utility>

namespace proxy {
namespace {

constexpr std::size_t first_size = 4;
constexpr std::size_t largest_kept = 1024;  // slots
constexpr std::size_t most_kept = 128;      // rings

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
        own.reply = memory_.buffers.take();
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
        memory_.buffers.give_back(following.reply);
        pop();
    }
    if (head_ == next_) give_back_ring();
}

void reply_order::give_back_ring() {
    if (slots_.size() <= largest_kept && memory_.spare_rings.size() < most_kept)
        memory_.spare_rings.push_back(std::move(slots_));
    std::vector<slot>().swap(slots_);
}

void reply_order::pop() noexcept {
    values_ -= slot_of(head_).values;
    ++head_;
}

void reply_order::grow() {
    if (slots_.empty() && !memory_.spare_rings.empty()) {
        slots_ = std::move(memory_.spare_rings.back());
        memory_.spare_rings.pop_back();
        return;
    }
    std::vector<slot> larger(slots_.empty() ? first_size : 2 * slots_.size());
    for (auto request = head_; request != next_; ++request) {
        larger[request & (larger.size() - 1)] = std::move(slot_of(request));
    }
    slots_ = std::move(larger);
}

}  // namespace proxy
