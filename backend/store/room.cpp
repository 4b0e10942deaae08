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

/// A shard with something expired, else the one of the policy's next step; nothing if all are
/// empty.
std::optional<eviction_step> store::next_to_evict(shared::unix_ms now) const noexcept {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        if (shards_[i]->next_expiry() <= now) return eviction_step{.shard = i, .queue = 0};
    }
    return next_eviction(*eviction_, shards_.size(), [this](std::size_t shard, unsigned queue) {
        return shards_[shard]->rank(queue);
    });
}

void store::make_room(shared::unix_ms now) {
    if (leave_room_to_group()) return;
    while (used_memory() > options_.memory) {
        const auto next = next_to_evict(now);
        if (!next) return;
        shard& chosen = *shards_[next->shard];
        const std::lock_guard held(chosen);
        // Another thread may have made room meanwhile.
        if (used_memory() > options_.memory) chosen.evict(next->queue, now);
    }
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
