// Replies leave in the order of their requests, whichever backend answers first. Pure. One for each
// client.
//
//     head ─▶ [ready][waiting][ready][waiting] ◀─ next
//               │
//               ▼ out
//
// A reply for the head goes straight out, one for a later slot is kept in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proxy {

class reply_order {
  public:
    /// The number of a new request, whose reply comes behind those of all requests opened before.
    std::uint64_t open();

    /// The reply to a request; appends to `out` what may leave now. Requires: `request` is open.
    void complete(std::uint64_t request, std::string_view reply, std::string& out);

    /// The oldest open request: its reply may leave. Requires: pending() != 0.
    std::uint64_t head() const noexcept { return head_; }

    /// Requests without a reply that has left.
    std::size_t pending() const noexcept { return static_cast<std::size_t>(next_ - head_); }

    /// Bytes of replies that have come and may not leave yet.
    std::size_t held() const noexcept { return held_; }

    /// Gives the memory back. Requires: pending() == 0.
    void release() noexcept { slots_ = {}; }

  private:
    struct slot {
        std::string reply;
        bool ready = false;
    };

    slot& slot_of(std::uint64_t request) noexcept { return slots_[request & (slots_.size() - 1)]; }
    void grow();

    std::vector<slot> slots_;  // a ring; its size is a power of two
    std::uint64_t head_ = 0;   // oldest open request
    std::uint64_t next_ = 0;
    std::size_t held_ = 0;
};

}  // namespace proxy
