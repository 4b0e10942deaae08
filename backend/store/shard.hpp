// A part of the data with a lock of its own: index, queues of eviction, expiry heap, tombstones.
// Owned by the store. Lock it (`std::lock_guard<shard>`) before anything but the three getters that
// say otherwise; a thread never holds two. Pure: time is an argument.
//
//   ┌ index (entry_table) ────────────────────────────────┐
//   │ live entries                        │ tombstones    │
//   └──┬────────────────┬─────────────────┴──┬────────────┘
//    eviction (all)   expiry_ (with expiry)  tombstones_ (by version)
#pragma once

#include "backend/persist/record.hpp"
#include "backend/store/entry_heap.hpp"
#include "backend/store/entry_table.hpp"
#include "backend/store/eviction.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace backend {

/// What all shards of a store share; outlives them.
struct shard_surroundings {
    alignas(64) std::atomic<std::uint64_t> used_memory{0};
    std::atomic<version> tombstone_floor{0};
    bool tombstones = false;
    std::uint64_t tombstone_memory = 0;  // the most that the tombstones of one shard may take
    std::uint64_t largest_entry = 0;     // the cost of the largest that fits when it is alone

    bool fits(std::size_t key_size, std::size_t value_size) const noexcept;
    void raise_floor(version floor) noexcept;
};

/// A key and the part of its hash that finds it within the shard.
struct located_key {
    std::string_view text;
    std::uint32_t hash;
};

struct shard_counters {
    std::uint64_t evicted = 0, expired = 0, hits = 0, misses = 0;
};

class alignas(64) shard {
  public:
    static constexpr shared::unix_ms no_expiry = INT64_MAX;

    /// Requires: both outlive it.
    shard(shard_surroundings& around, eviction_policy& policy);
    ~shard();
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    void lock() { mutex_.lock(); }
    /// Publishes what the getters without a lock return.
    void unlock() noexcept;

    /// As of the last unlock; without the lock.
    std::uint64_t rank(unsigned queue) const noexcept {
        return ranks_[queue].load(std::memory_order_relaxed);
    }
    shared::unix_ms next_expiry() const noexcept {
        return next_expiry_.load(std::memory_order_relaxed);
    }
    version watermark() const noexcept { return watermark_.load(std::memory_order_relaxed); }

    /// The entry or tombstone of the key, null if there is none. What has expired, or is older than
    /// the watermark, is removed and not found.
    entry* find(const located_key& key, shared::unix_ms now);

    /// Puts the value in the place of `held`, which is what `find` gave; counts as a use. Null if
    /// there is no memory, and nothing has changed. `value` may point into `held`.
    entry* put(entry* held, const located_key& key, std::string_view value,
               shared::unix_ms expires_at, version stamp);
    void set_expiry(entry& held, shared::unix_ms expires_at, version stamp);

    /// Removes the entry; leaves a tombstone, and returns it, if tombstones are kept.
    entry* bury(entry& held, version stamp);
    /// The same for a key that has neither entry nor tombstone.
    entry* bury_absent(const located_key& key, version stamp);
    void remove(entry& held) noexcept;

    void use(entry& held) noexcept { eviction_->use(held); }

    /// Applies a partner's `set` or `erase` (merge.cpp). True if it changed anything.
    bool merge(const effect& what, std::uint32_t hash, shared::unix_ms now);

    /// A step towards room: removes an entry that has expired if there is any, else lets the policy
    /// take one from its queue, which may only move it to another (eviction.hpp).
    void evict(unsigned queue, shared::unix_ms now) noexcept;

    /// Removes up to `budget` expired entries; how many.
    std::size_t expire(shared::unix_ms now, std::size_t budget) noexcept;

    void forget_tombstones(version older_than) noexcept;

    void raise_watermark(version stamp) noexcept;

    /// Removes entries, and tombstones if told so, of versions below `older_than` from `position`
    /// on (entry_table.hpp), looking at about `budget`; the position to go on from.
    std::uint64_t drop(std::uint64_t position, version older_than, bool with_tombstones,
                       std::size_t budget);

    const entry_table& index() const noexcept { return index_; }
    std::uint64_t live() const noexcept { return index_.size() - tombstones_.size(); }
    std::uint64_t with_expiry() const noexcept { return expiry_.size(); }
    std::uint64_t tombstones() const noexcept { return tombstones_.size(); }

    shard_counters counters;

  private:
    void publish_size() noexcept;
    void destroy(entry& held) noexcept;
    static std::uint64_t tombstone_cost(std::size_t key_size) noexcept;
    void link(entry& added, shared::unix_ms expires_at);
    void place_expiry(entry& held, shared::unix_ms expires_at);
    entry* make_tombstone(const located_key& key) const noexcept;
    entry* place_tombstone(entry* made, version stamp);
    void forget_oldest_tombstone() noexcept;
    bool merge_set(entry* held, const effect& what, const located_key& key, shared::unix_ms now);
    bool merge_erase(entry* held, const effect& what);

    std::mutex mutex_;
    std::array<std::atomic<std::uint64_t>, eviction::most_queues> ranks_;
    std::atomic<shared::unix_ms> next_expiry_{no_expiry};
    std::atomic<version> watermark_{0};  // nothing older exists: the newest flush
    shard_surroundings& around_;
    entry_table index_;
    std::unique_ptr<eviction> eviction_;
    entry_heap expiry_;
    entry_heap tombstones_;
    std::uint64_t entry_bytes_ = 0;      // of live entries and tombstones
    std::uint64_t tombstone_bytes_ = 0;  // of `tombstone_memory`
    std::uint64_t counted_bytes_ = 0;    // this shard's part in `used_memory`
    bool resized_ = true;                // memory or expiry may differ from what is published
};

}  // namespace backend
