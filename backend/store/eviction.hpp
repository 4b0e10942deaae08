// Which entry goes when memory is full. Two parts:
//
//   eviction_policy   one for a store: what its shards share. It says which of the policy's queues
//                     is the next to give something up.
//   eviction          one for each shard: in which of the shard's queues (entry_queues.hpp) an
//                     entry is.
//
// A step of eviction takes the policy's queue in the shard where that queue's end has the lowest
// rank. Ranks are stamps of one counter, so a queue that is cut into shards gives up its entries in
// about the order in which it would in one piece. A step may do no more than move an entry to
// another queue; whoever needs room goes on until there is enough. Tombstones are not a policy's
// concern.
#pragma once

#include "backend/store/entry_queues.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace backend {

/// Owned by a shard; to be called under its lock only. `hash` is the key's, for what a policy knows
/// of keys.
class eviction {
  public:
    static constexpr std::uint64_t nothing = entry_queues::nothing;
    static constexpr unsigned most_queues = 2;

    virtual ~eviction() = default;

    /// A new entry of `size` bytes is coming: the queue that it joins.
    virtual unsigned admit(std::uint32_t hash, std::size_t size) noexcept = 0;

    /// Here it is, in none of the queues yet. It, and others, may move: where it is now. Requires:
    /// `queue` is what `admit` said.
    virtual entry_ref add(entry_ref added, std::uint32_t hash, unsigned queue) noexcept = 0;

    /// A read of it. Moves nothing in memory.
    virtual void use(entry_ref used, std::uint32_t hash) noexcept = 0;

    /// It has got another value where it is. Moves nothing in memory.
    virtual void overwritten(entry_ref used, std::uint32_t hash) noexcept { use(used, hash); }

    /// `by` is the same key with another value, in none of the queues yet, with the same `uses`: it
    /// joins the end of the queue of `old`, which leaves, and has been used. Moves nothing in
    /// memory.
    virtual void replace(entry_ref old, entry_ref by, std::uint32_t hash) noexcept = 0;

    /// It leaves the shard for another reason than eviction.
    virtual void remove(entry_ref removed) noexcept = 0;

    /// A step of eviction from the queue: the entry to be evicted, which has left the queues, or
    /// `no_entry` if the step moved one instead. Each step brings one to be evicted nearer.
    /// Requires: `rank(queue)` is not `nothing`.
    virtual entry_ref evict(unsigned queue) noexcept = 0;

    /// How the end of the queue compares with those of other shards: the lowest goes first;
    /// `nothing` if the queue is empty. Requires: `queue` is below `most_queues`.
    virtual std::uint64_t rank(unsigned queue) const noexcept = 0;

    /// The compaction of the log has moved the entry, and told the queues.
    virtual void moved(entry_ref /*from*/, entry_ref /*to*/) noexcept {}

    /// Memory beside the entries.
    virtual std::size_t bytes() const noexcept { return 0; }
};

/// Owned by the store, outlives the shards' parts; any thread may call it at any time.
class eviction_policy {
  public:
    /// What the memory of a policy is at most when there is but one entry, with 16 shards.
    static constexpr std::size_t spare_bytes = 4096;

    virtual ~eviction_policy() = default;

    /// Whether its queues must be linked_queues: entries move that are not their queue's oldest.
    virtual bool needs_links() const noexcept { return false; }

    /// The part of one shard. Requires: the queues are of that shard, of the kind that is needed,
    /// over `queues`, and outlive the part.
    virtual std::unique_ptr<eviction> make_part(entry_queues& of_shard) = 0;

    /// The queue that the next step is for.
    virtual unsigned next_queue() const noexcept { return 0; }

    /// Memory that belongs to no shard.
    virtual std::size_t bytes() const noexcept { return 0; }

    queues_in_common queues;
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
