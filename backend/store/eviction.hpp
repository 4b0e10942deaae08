// Which entry goes when memory is full. Two parts:
//
//   eviction_policy   one for a store: what its shards share. It says which of the policy's queues
//                     is the next to give something up.
//   eviction          one for each shard: the queues of its entries, in the order of stamps.
//
// A step of eviction takes the policy's queue in the shard where that queue's end has the lowest
// rank. Ranks are stamps of one counter, so a queue that is cut into shards gives up its entries in
// the order in which it would in one piece. A step may do no more than move an entry to another
// queue; whoever needs room goes on until there is enough. Tombstones are not a policy's concern.
#pragma once

#include "backend/store/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace backend {

/// Owned by a shard; to be called under its lock only.
class eviction {
  public:
    static constexpr std::uint64_t nothing = UINT64_MAX;
    static constexpr unsigned most_queues = 2;

    virtual ~eviction() = default;

    /// A new entry. Its hash tells the policy whether it knew the key before.
    virtual void add(entry& added) noexcept = 0;

    /// A read or a write of it. Requires: it has been added.
    virtual void use(entry& used) noexcept = 0;

    /// `by` is the same key with another value: it takes the place of `old`, which leaves, and has
    /// been used. Requires: `old` has been added, `by` has not.
    virtual void replace(entry& old, entry& by) noexcept = 0;

    /// It leaves the shard for another reason than eviction. Requires: it has been added.
    virtual void remove(entry& removed) noexcept = 0;

    /// A step of eviction from the queue: the entry to be evicted, which has left the policy's
    /// queues, or null if the step moved one instead. Each step brings one to be evicted nearer.
    /// Requires: `rank(queue)` is not `nothing`.
    virtual entry* evict(unsigned queue) noexcept = 0;

    /// How the end of the queue compares with those of other shards: the lowest goes first;
    /// `nothing` if the queue is empty. Requires: `queue` is below `most_queues`.
    virtual std::uint64_t rank(unsigned queue) const noexcept = 0;

    /// Memory beside the entries.
    virtual std::size_t bytes() const noexcept { return 0; }
};

/// Owned by the store, outlives the shards' parts; any thread may call it at any time.
class eviction_policy {
  public:
    /// What the memory of a policy is at most when there is but one entry, with 16 shards.
    static constexpr std::size_t spare_bytes = 4096;

    virtual ~eviction_policy() = default;

    /// The part of one shard.
    virtual std::unique_ptr<eviction> make_part() = 0;

    /// The queue that the next step is for.
    virtual unsigned next_queue() const noexcept { return 0; }

    /// Memory that belongs to no shard.
    virtual std::size_t bytes() const noexcept { return 0; }
};

struct eviction_step {
    std::size_t shard;
    unsigned queue;
};

/// The next step: the shard where the policy's queue ends with the lowest rank, or the other queue
/// if that one is empty everywhere; nothing if all are. `rank_of(shard, queue)` tells the ranks.
template <typename RankOf>
std::optional<eviction_step> next_eviction(const eviction_policy& policy, std::size_t shards,
                                           const RankOf& rank_of) {
    const unsigned wanted = policy.next_queue();
    for (unsigned i = 0; i < eviction::most_queues; ++i) {
        const unsigned queue = (wanted + i) % eviction::most_queues;
        std::uint64_t lowest = eviction::nothing;
        eviction_step step{.shard = 0, .queue = queue};
        for (std::size_t shard = 0; shard < shards; ++shard) {
            const std::uint64_t rank = rank_of(shard, queue);
            if (rank >= lowest) continue;
            lowest = rank;
            step.shard = shard;
        }
        if (lowest != eviction::nothing) return step;
    }
    return std::nullopt;
}

}  // namespace backend
