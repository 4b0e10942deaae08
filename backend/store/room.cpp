// How the store keeps within its memory: by expired entries in the background, by eviction after a
// change. The limit is one for all shards, so the victim is looked for over all of them, in what
// each published when it was last unlocked; only the one that is chosen is locked.
#include "backend/store/group.hpp"
#include "backend/store/shard.hpp"

#include <algorithm>
#include <array>
#include <mutex>

namespace backend {
namespace {

constexpr std::size_t expired_at_once = 64;   // entries removed under one lock
constexpr std::size_t evicted_at_once = 256;  // steps under one lock

}  // namespace

/// A shard where something may have expired; null if there is none.
shard* store::next_to_expire(shared::unix_ms now) const noexcept {
    for (const auto& each : shards_) {
        if (each->next_expiry() <= now) return each.get();
    }
    return nullptr;
}

/// Nothing if all shards are empty.
std::optional<eviction_step> store::next_to_evict() const noexcept {
    return next_eviction(*eviction_, shards_.size(), [this](std::size_t shard, unsigned queue) {
        return shards_[shard]->rank(queue);
    });
}

void store::make_room(shared::unix_ms now) {
    if (leave_room_to_group()) return;
    while (used_memory() > options_.memory) {
        // A look may be in vain: then it says nothing of whose turn it is to be evicted.
        if (shard* const due = next_to_expire(now)) {
            const std::lock_guard held(*due);
            due->expire(now, expired_at_once);
            continue;
        }
        const auto next = next_to_evict();
        if (!next) return;
        shard& chosen = *shards_[next->shard];
        const std::lock_guard held(chosen);
        // Another thread may have made room meanwhile.
        if (used_memory() > options_.memory) evict_from(chosen, next->queue, now);
    }
}

/// Memory comes back in pages, so what goes goes from one shard until there is one, as long as
/// that is not far ahead of the other shards.
void store::evict_from(shard& chosen, unsigned queue, shared::unix_ms now) {
    const std::uint64_t before = chosen.bytes();
    std::array<std::uint64_t, eviction::most_queues> until;
    for (unsigned i = 0; i < until.size(); ++i) until[i] = last_rank_to_evict(chosen, i);
    std::size_t most = evicted_at_once;
    do {
        chosen.evict(queue, now);
        queue = eviction_->next_queue();
    } while (--most > 0 && chosen.bytes() >= before && chosen.present_rank(queue) <= until[queue]);
}

/// An eighth of the queue beyond the other shards' oldest, as ranks grow by one at least from entry
/// to entry; nothing beyond it where the order does not follow memory.
std::uint64_t store::last_rank_to_evict(const shard& which, unsigned queue) const noexcept {
    constexpr std::uint64_t parts_ahead = 8;
    std::uint64_t lowest = eviction::nothing / 2;  // which leaves room for adding to it
    for (const auto& each : shards_) {
        if (each.get() != &which) lowest = std::min(lowest, each->rank(queue));
    }
    if (eviction_->needs_links()) return lowest;
    return lowest +
           eviction_->queues.totals[queue].entries.load(std::memory_order_relaxed) / parts_ahead;
}

void store::set_memory_limit(std::uint64_t bytes, shared::unix_ms now) {
    const auto all = hold_all(now);
    options_.memory = bytes;
    divide_memory();
    for (const auto& each : shards_) {
        each->set_segment_size(segment_size());
        each->forget_excess_tombstones();
    }
    make_room(now);
}

bool store::expire_some(shared::unix_ms now, std::size_t budget) {
    for (const auto& each : shards_) {
        while (each->next_expiry() <= now) {
            if (budget == 0) return true;
            const std::lock_guard held(*each);
            // Looking in vain costs, too.
            const std::size_t removed = each->expire(now, std::min(budget, expired_at_once));
            budget -= std::min(budget, removed + 1);
        }
    }
    make_room(now);  // a smaller index stands beside the larger one for a while
    return false;
}

}  // namespace backend
