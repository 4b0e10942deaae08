// Records on their way to the partner. Every worker appends to it and sends from it; a slow partner
// blocks none of them.
//
//             acknowledged      sent            unsent
//   ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ┬───────────────┬───────────────┐ ◀ append
//       gone              │ kept          │               │
//   ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ┴───────────────┴───────────────┘
//                   kept_since: a mark
//
// Once told to (`append_and_keep`), it keeps what has been sent until that is acknowledged, and
// goes on doing so without a link: the next one takes up there, if all of it is within the bound.
// Otherwise nothing is kept while no link is open, and the next begins with an exchange.
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
    /// More than `bound` unsent bytes close the outbox. What is kept, too, is within it; of what
    /// has been sent over the present link, 4 MiB at the most.
    explicit outbox(std::size_t bound) noexcept : bound_(bound) {}

    /// `on_blocked` is called, by any worker, when the outlet takes no more, `on_overflow` when the
    /// bound was reached. Requires: nobody else uses the outbox yet.
    void attach(std::function<void()> on_blocked, std::function<void()> on_overflow);

    /// From now on records are taken and sent over `outlet`, until `close`; those first that are
    /// kept, if it is to `resume`. True if it has resumed; else nothing is kept any more.
    bool open(byte_outlet& outlet, bool resume);
    void close();
    bool is_open() const;

    /// The partner has all up to the mark of that version, with which `total` was queued.
    void acknowledge(version mark, const queued_total& total);

    /// What has been kept is not to be sent any more: some of it is not true here any longer.
    void forget();

    /// All records are kept that are behind the mark of that version; 0: some are not.
    version kept_since() const;

    void on_effect(const effect& what) override;

    /// Appends a record that is not an effect of this moment: an entry of the exchange, a mark.
    /// Whoever appends these minds `unsent`, so they do not count towards the bound. All that was
    /// queued up to it.
    queued_total append(const effect& what);

    /// The same for a mark; what is behind it is kept from now on until it is acknowledged, if
    /// nothing is yet.
    queued_total append_and_keep(const effect& mark);

    /// Sends what the outlet takes now. Any worker calls it before it answers its clients: a write
    /// whose answer has been sent is in the kernel's hands at least, and outlives this process.
    /// False if bytes are left.
    bool flush();

    /// Goes on sending after `on_blocked`, now that the outlet takes more.
    void resume();

    std::size_t unsent() const;
    std::size_t kept() const;    // bytes, the unsent among them
    queued_total total() const;  // since the start, marks among them

  private:
    static constexpr std::uint64_t none = UINT64_MAX;
    static constexpr std::size_t most_sent = 4UL << 20U;  // bytes that are kept with a link

    std::size_t put(const effect& what);  // the bytes that it took
    void discard();
    void drop_front(std::size_t size);
    void drop_sent();
    void forget_kept();
    std::size_t unsent_now() const noexcept { return queue_.size() - sent_; }

    mutable std::mutex mutex_;
    shared::write_queue queue_;
    std::function<void()> on_blocked_;
    std::function<void()> on_overflow_;
    std::size_t bound_;
    std::size_t sent_ = 0;            // of the queue's front
    std::uint64_t front_ = 0;         // where the queue begins, in bytes since the start
    std::uint64_t keep_from_ = none;  // from there on what has been sent is kept
    version kept_since_ = 0;
    std::size_t appended_ = 0;  // bytes by `append` that may be in the queue
    queued_total total_;
    byte_outlet* outlet_ = nullptr;
    bool blocked_ = false;
};

}  // namespace backend
