// How the store keeps within its memory: by expired entries in the background, by eviction after a
// change. The limit is one for all shards, so the victim is looked for over all of them, in what
// each published when it was last unlocked; only the one that is chosen is locked.
#include "backend/store/shard.hpp"
#include "backend/store/store.hpp"

#include <algorithm>
#include <mutex>

namespace backend {
namespace {

constexpr std::size_t expired_at_once = 64;  // entries removed under one lock

}  // namespace

/// A shard with something expired, else the one with the oldest victim; null if all are empty.
shard* store::next_to_evict(shared::unix_ms now) const noexcept {
    shard* chosen = nullptr;
    std::uint64_t lowest = eviction::nothing;
    for (const auto& each : shards_) {
        if (each->next_expiry() <= now) return each.get();
        const std::uint64_t rank = each->victim_rank();
        if (rank < lowest) {
            lowest = rank;
            chosen = each.get();
        }
    }
    return chosen;
}

void store::make_room(shared::unix_ms now) {
    if (leave_room_to_group()) return;
    while (used_memory() > options_.memory) {
        shard* const chosen = next_to_evict(now);
        if (chosen == nullptr) return;
        const std::lock_guard held(*chosen);
        // Another thread may have made room meanwhile.
        if (used_memory() > options_.memory) chosen->evict(now);
    }
}

void store::set_memory_limit(std::uint64_t bytes, shared::unix_ms now) {
    options_.memory = bytes;
    around_->largest_entry = bytes > beside_largest_ ? bytes - beside_largest_ : 0;
    make_room(now);
}

bool store::expire_some(shared::unix_ms now, std::size_t budget) {
    for (const auto& each : shards_) {
        while (each->next_expiry() <= now) {
            if (budget == 0) return true;
            const std::lock_guard held(*each);
            budget -= each->expire(now, std::min(budget, expired_at_once));
        }
    }
    return false;
}

}  // namespace backend
