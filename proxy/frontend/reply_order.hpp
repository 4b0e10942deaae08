// Replies leave in the order of their requests, whichever backend answers first. Pure. One for each
// client.
//
//     head ─▶ [ready][waiting][ready][waiting] ◀─ next
//               │
//               ▼ out
//
// A reply for the head goes straight out, one for a later slot is kept in it, and so is the gather
// of a request that went out in parts.
#pragma once

#include "proxy/frontend/gather.hpp"
#include "shared/buffer/string_pool.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace proxy {

class reply_order {
    struct slot;

  public:
    /// Memory that the clients of one worker use in turn: one without a request has none.
    struct memory {
        shared::string_pool& buffers;  // for early replies
        std::vector<std::vector<slot>> spare_rings;
    };

    /// Requires: `from` outlives the object.
    explicit reply_order(memory& from) noexcept : memory_(from) {}

    /// The number of a new request, whose reply comes behind those of all requests opened before.
    /// `values`: how many its reply may hold.
    std::uint64_t open(std::uint32_t values = 1);

    /// The reply to a request; appends to `out` what may leave now. Requires: `request` is open.
    void complete(std::uint64_t request, std::string_view reply, std::string& out);

    /// Puts the gather of an open request into its slot, finds it there, takes it out.
    void keep(std::uint64_t request, std::unique_ptr<gather> parts);
    gather& parts_of(std::uint64_t request) noexcept { return *slot_of(request).parts; }
    std::unique_ptr<gather> take_parts(std::uint64_t request) noexcept {
        return std::move(slot_of(request).parts);
    }

    /// True if the request has no reply yet.
    bool is_open(std::uint64_t request) noexcept {
        return request >= head_ && request < next_ && !slot_of(request).ready;
    }

    /// The oldest open request: its reply may leave. Requires: pending() != 0.
    std::uint64_t head() const noexcept { return head_; }

    /// Requests without a reply that has left.
    std::size_t pending() const noexcept { return static_cast<std::size_t>(next_ - head_); }

    /// Values that those replies may hold; of one request.
    std::size_t values() const noexcept { return values_; }
    std::uint32_t values_of(std::uint64_t request) noexcept { return slot_of(request).values; }

    /// Bytes of replies that have come and may not leave yet.
    std::size_t held() const noexcept { return held_; }

  private:
    struct slot {
        std::string reply;
        std::unique_ptr<gather> parts;
        std::uint32_t values = 1;
        bool ready = false;
    };

    slot& slot_of(std::uint64_t request) noexcept { return slots_[request & (slots_.size() - 1)]; }
    void pop() noexcept;
    void grow();
    void give_back_ring();

    memory& memory_;
    std::vector<slot> slots_;  // a ring; its size is a power of two; empty without a request
    std::uint64_t head_ = 0;   // oldest open request
    std::uint64_t next_ = 0;
    std::size_t values_ = 0;
    std::size_t held_ = 0;
};

}  // namespace proxy
