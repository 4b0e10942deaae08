// The live entries of a shard in queues, oldest first, for the policy of eviction: one queue says
// in which order entries came into it. Part of a shard, under its lock; the totals and the stamps
// are shared by all shards. Two kinds:
//
//   fifo_queues     a queue is a list of the entry log, in the order of memory. Costs nothing; what
//                   moves to the end of a queue is copied there.
//   linked_queues   a queue is linked through its entries, 16 bytes each. For policies in which
//                   every use moves the entry.
#pragma once

#include "backend/store/entry.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace backend {

/// Stamps for queues that are cut into shards. They are taken under a shard's lock, so that each
/// shard's piece is in their order; only what several threads do at the very same time may be
/// stamped in either order.
using queue_stamps = std::atomic<std::uint64_t>;

/// What all shards' pieces of a queue hold.
struct queue_total {
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> entries{0};
};

/// What the queues of all shards share.
struct queues_in_common {
    static constexpr unsigned most_queues = 3;

    queue_stamps stamps{0};
    std::array<queue_total, most_queues> totals;
};

class entry_queues {
  public:
    static constexpr unsigned most_queues = queues_in_common::most_queues;
    static constexpr std::uint64_t nothing = UINT64_MAX;

    /// Requires: it outlives the queues.
    explicit entry_queues(queues_in_common& common) noexcept : common_(common) {}
    virtual ~entry_queues() = default;

    /// The list of the log for entries of the queue.
    virtual unsigned list_for(unsigned queue) const noexcept = 0;

    /// Whether entries must be written with links.
    virtual bool linked() const noexcept = 0;

    /// An entry that has just been written at the end of `list_for(queue)` joins the queue's end.
    virtual void push(entry_ref added, unsigned queue) noexcept = 0;

    /// It leaves its queue; it stays in the log. Requires: it is in a queue.
    virtual void remove(entry_ref removed) noexcept = 0;

    /// To the end of the queue; where the entry is now. Requires: it is in a queue.
    virtual entry_ref move(entry_ref which, unsigned queue) noexcept = 0;

    /// The compaction of the log has moved the entry.
    virtual void moved(entry_ref from, entry_ref to) noexcept = 0;

    /// The entry has become shorter where it lies.
    void shortened(entry_ref which, std::size_t bytes) noexcept;

    /// Requires: it is in a queue.
    virtual unsigned queue_of(entry_ref which) const noexcept = 0;

    /// The one that came first; `no_entry` if the queue is empty.
    virtual entry_ref oldest(unsigned queue) const noexcept = 0;

    /// Its stamp, which tells how it compares with other shards' oldest; `nothing` without one.
    virtual std::uint64_t rank(unsigned queue) const noexcept = 0;

    /// For an entry that is about to be written in the log.
    virtual std::uint64_t next_stamp() noexcept = 0;

    virtual entry at(entry_ref which) const noexcept = 0;

    /// In this shard.
    std::size_t size(unsigned queue) const noexcept { return sizes_[queue]; }
    std::size_t size() const noexcept {
        std::size_t sum = 0;
        for (const auto each : sizes_) sum += each;
        return sum;
    }

  protected:
    std::uint64_t take_stamp() noexcept {
        return common_.stamps.fetch_add(1, std::memory_order_relaxed);
    }
    void count_in(unsigned queue, std::size_t bytes) noexcept;
    void count_out(unsigned queue, std::size_t bytes) noexcept;

  private:
    queues_in_common& common_;
    std::array<std::size_t, most_queues> sizes_{};
};

}  // namespace backend
