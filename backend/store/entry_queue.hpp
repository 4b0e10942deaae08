// A queue of entries in the order of their stamps, linked through the entries, and what all the
// queues of its kind hold together. Part of a shard's eviction, under the shard's lock; the totals
// and the stamps are shared by all shards.
#pragma once

#include "backend/store/eviction.hpp"

#include <atomic>

namespace backend {

/// Stamps for a queue that is cut into shards. They are taken under a shard's lock, so that each
/// shard's piece is in their order; only what several threads do at the very same time may be
/// stamped in either order.
using queue_stamps = std::atomic<std::uint64_t>;

/// What all shards' pieces of a queue hold.
struct queue_total {
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> entries{0};
};

class entry_queue {
  public:
    /// Requires: both outlive it.
    entry_queue(queue_stamps& stamps, queue_total& total) noexcept
        : stamps_(stamps), total_(total) {}

    /// Behind all others. Requires: it is in no queue.
    void push(entry& added) noexcept;

    /// Behind all others again. Requires: it is in this queue.
    void renew(entry& held) noexcept;

    /// Requires: it is in this queue.
    void remove(entry& removed) noexcept;

    /// Requires: `old` is in this queue, `by` in none.
    void replace(entry& old, entry& by) noexcept;

    /// The one that was pushed first; null if there is none.
    entry* oldest() const noexcept { return oldest_; }
    std::uint64_t rank() const noexcept {
        return oldest_ != nullptr ? oldest_->pushed_at : eviction::nothing;
    }
    std::size_t size() const noexcept { return size_; }

  private:
    void link(entry& added) noexcept;
    void unlink(entry& removed) noexcept;

    queue_stamps& stamps_;
    queue_total& total_;
    entry* newest_ = nullptr;
    entry* oldest_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace backend
