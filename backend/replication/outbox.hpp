// Records on their way to the partner. Every worker appends to it and sends from it; a slow partner
// blocks none of them. While no link is open nothing is kept: the exchange that begins the next
// link sends all that there is.
#pragma once

#include "backend/replication/byte_outlet.hpp"
#include "backend/replication/link_lag.hpp"
#include "backend/store/store.hpp"
#include "shared/buffer/write_queue.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace backend {

class outbox final : public effect_sink {
  public:
    /// More than `bound` unsent bytes close the outbox.
    explicit outbox(std::size_t bound) noexcept : bound_(bound) {}

    /// `on_blocked` is called, by any worker, when the outlet takes no more, `on_overflow` when the
    /// bound was reached. Requires: nobody else uses the outbox yet.
    void attach(std::function<void()> on_blocked, std::function<void()> on_overflow);

    /// From now on records are kept and sent over `outlet`, until `close`.
    void open(byte_outlet& outlet);
    void close();
    bool is_open() const;

    void on_effect(const effect& what) override;

    /// Appends a record that is not an effect of this moment: an entry of the exchange, a mark.
    /// Whoever appends these minds `unsent`, so they do not count towards the bound.
    void append(const effect& what);

    /// Sends what the outlet takes now. Any worker calls it before it answers its clients: a write
    /// whose answer has been sent is in the kernel's hands at least, and outlives this process.
    /// False if bytes are left.
    bool flush();

    /// Goes on sending after `on_blocked`, now that the outlet takes more.
    void resume();

    std::size_t unsent() const;
    queued_total total() const;  // since the start, marks among them

  private:
    std::size_t put(const effect& what);  // the bytes that it took
    void discard();

    mutable std::mutex mutex_;
    shared::write_queue queue_;
    std::function<void()> on_blocked_;
    std::function<void()> on_overflow_;
    std::size_t bound_;
    std::size_t appended_ = 0;  // bytes by `append` that may be in the queue
    queued_total total_;
    byte_outlet* outlet_ = nullptr;
    bool blocked_ = false;
};

}  // namespace backend
