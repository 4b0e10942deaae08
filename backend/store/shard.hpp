// A part of the data with a lock of its own. Owned by the store. Lock it (`std::lock_guard<shard>`)
// before anything but the three getters that say otherwise; a thread never holds two. Pure: time is
// an argument.
//
//   key ─▶ hash ─▶ index_ (entry_index) ─▶ log_ (entry_log): the entry
//          hash ─▶ expiry_ (expiry_map): when to look at the entries around that hash
//
//   lists of log_    0, 1  live entries, in the order of queues_ or, if they are linked, all in 0
//                    2     tombstones, in the order in which they were made
//
// What is in one part knows the others' entries by their hashes alone, so that moving an entry in
// memory changes one slot of the index.
#pragma once

#include "backend/persist/record.hpp"
#include "backend/store/entry_index.hpp"
#include "backend/store/entry_log.hpp"
#include "backend/store/eviction.hpp"
#include "backend/store/expiry_map.hpp"
#include "backend/store/located.hpp"
#include "shared/base/live_value.hpp"

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
    std::atomic<version> newest_flush{0};    // set before any shard's watermark rises to it
    std::atomic<version> needless_below{0};  // versions that no tombstone has to remember
    std::atomic<version> too_old_below{0};   // versions that none remembers, but the floor
    bool tombstones = false;
    std::uint64_t tombstone_memory = 0;  // the most that the tombstones of one shard may take
    shared::live_value<std::uint64_t> memory = 0;  // the limit
    shared::live_value<std::uint64_t> largest_entry =
        0;  // the cost of the largest that fits when it is alone

    bool fits(std::size_t key_size, std::size_t value_size) const noexcept;
    void raise_floor(version floor) noexcept { raise(tombstone_floor, floor); }
    static void raise(std::atomic<version>& what, version least) noexcept;
    /// Whether the partner may hold something older, which must not take the place of what was
    /// removed here.
    bool must_remember(version stamp) const noexcept {
        return tombstones && stamp >= needless_below.load(std::memory_order_relaxed);
    }
    /// Whether a tombstone of it would be forgotten at once.
    bool is_too_old(version stamp) const noexcept {
        return stamp < too_old_below.load(std::memory_order_relaxed);
    }
    bool is_pressed() const noexcept;
};

struct shard_counters {
    std::uint64_t evicted = 0, expired = 0, hits = 0, misses = 0;
};

class alignas(64) shard {
  public:
    static constexpr shared::unix_ms no_expiry = INT64_MAX;

    /// Requires: both outlive it.
    shard(shard_surroundings& around, eviction_policy& policy);
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    void lock() { mutex_.lock(); }
    /// Closes gaps in memory if there are many; publishes what the getters without a lock return.
    void unlock() noexcept;

    /// As of the last unlock; without the lock.
    std::uint64_t rank(unsigned queue) const noexcept {
        return ranks_[queue].load(std::memory_order_relaxed);
    }
    shared::unix_ms next_expiry() const noexcept {
        return next_expiry_.load(std::memory_order_relaxed);
    }
    version watermark() const noexcept { return watermark_.load(std::memory_order_relaxed); }

    /// As of now.
    std::uint64_t present_rank(unsigned queue) const noexcept { return eviction_->rank(queue); }

    /// The entry or tombstone of the key. What is older than the watermark is removed and not
    /// found; neither is what has expired, unless it has to be remembered: it is buried.
    located_entry find(const located_key& key, shared::unix_ms now);

    /// Puts the value in the place of `held`, which is what `find` gave; counts as a use. Nothing
    /// if there is no memory, and nothing has changed. `value` may point into `held`.
    located_entry put(const located_entry& held, const located_key& key, std::string_view value,
                      shared::unix_ms expires_at, version stamp);

    /// The entry with that time, which may have moved; as above.
    located_entry set_expiry(const located_entry& held, const located_key& key,
                             shared::unix_ms expires_at, version stamp);

    /// Removes the entry; leaves a tombstone, and returns it, if tombstones are kept. Requires:
    /// `key` does not point into `held`.
    located_entry bury(const located_entry& held, const located_key& key, version stamp);
    /// The same for a key that has neither entry nor tombstone.
    located_entry bury_absent(const located_key& key, version stamp);
    void remove(const located_entry& held, std::uint32_t hash) noexcept;

    void use(const located_entry& held, std::uint32_t hash) noexcept {
        eviction_->use(held.ref, hash);
    }

    /// Applies a partner's `set` or `erase` (merge.cpp). True if it changed anything.
    bool merge(const effect& what, std::uint32_t hash, shared::unix_ms now);

    /// A step towards room: closes gaps if there are many, else removes entries that have expired
    /// if there are any, else lets the policy take one from its queue, which may only move it to
    /// another (eviction.hpp).
    void evict(unsigned queue, shared::unix_ms now) noexcept;

    /// Of the log, from now on.
    void set_segment_size(std::size_t bytes) noexcept { log_.set_segment_size(bytes); }

    /// Removes, or buries, about `budget` expired entries; how many.
    std::size_t expire(shared::unix_ms now, std::size_t budget) noexcept;

    void forget_tombstones(version older_than) noexcept;

    /// The oldest, until the others are within their room.
    void forget_excess_tombstones() noexcept;

    void raise_watermark(version stamp) noexcept;

    /// Removes entries, and tombstones if told so, of versions below `older_than` from `position`
    /// on (entry_index.hpp), looking at about `budget`; the position to go on from.
    std::uint64_t drop(std::uint64_t position, version older_than, bool with_tombstones,
                       std::size_t budget);

    const entry_index& index() const noexcept { return index_; }
    entry at(entry_ref which) const noexcept { return log_.at(which); }

    std::uint64_t live() const noexcept { return index_.size() - tombstones_; }
    std::uint64_t with_expiry() const noexcept { return with_expiry_; }
    std::uint64_t tombstones() const noexcept { return tombstones_; }
    /// Of live entries: keys and values.
    std::uint64_t data_bytes() const noexcept { return data_bytes_; }
    /// Memory that the shard takes.
    std::uint64_t bytes() const noexcept;

    shard_counters counters;

  private:
    static constexpr unsigned tombstone_list = 2;

    void publish_size() noexcept;
    void close_gaps(std::size_t budget) noexcept;
    void destroy(const located_entry& held, std::uint32_t hash) noexcept;
    void uncount(entry held) noexcept;
    std::size_t expiring() const noexcept;
    void count_time(shared::unix_ms before, shared::unix_ms now, std::uint32_t hash) noexcept;
    bool overwrite(const located_entry& held, const located_key& key, std::string_view value,
                   shared::unix_ms expires_at, version stamp) noexcept;
    located_entry append(const located_entry& held, const located_key& key, std::string_view value,
                         shared::unix_ms expires_at, version stamp) noexcept;
    entry_ref install(entry_ref made, const located_entry& held, std::uint32_t hash,
                      unsigned queue) noexcept;
    std::size_t expire_between(std::uint64_t first, std::uint64_t last, shared::unix_ms now);
    located_entry let_expire(const located_entry& held, std::uint32_t hash) noexcept;
    static std::uint64_t tombstone_cost(std::size_t key_size) noexcept;
    located_entry make_tombstone(const located_key& key, version stamp) noexcept;
    located_entry place_tombstone(const located_entry& made, version stamp, std::uint32_t hash);
    void forget_oldest_tombstone() noexcept;
    bool merge_set(const located_entry& held, const effect& what, const located_key& key);
    bool merge_erase(const located_entry& held, const effect& what, const located_key& key);

    std::mutex mutex_;
    std::array<std::atomic<std::uint64_t>, eviction::most_queues> ranks_;
    std::atomic<shared::unix_ms> next_expiry_{no_expiry};
    std::atomic<version> watermark_{0};  // nothing older exists: the newest flush
    shard_surroundings& around_;
    entry_index index_;
    entry_log log_;
    expiry_map expiry_;
    std::unique_ptr<entry_queues> queues_;
    std::unique_ptr<eviction> eviction_;
    std::vector<indexed_entry> looked_at_;  // of one look for what has expired
    std::uint64_t tombstones_ = 0;
    std::uint64_t with_expiry_ = 0;
    std::uint64_t data_bytes_ = 0;
    std::uint64_t tombstone_bytes_ = 0;  // of `tombstone_memory`
    std::uint64_t counted_bytes_ = 0;    // this shard's part in `used_memory`
    bool changed_ = true;                // memory or expiry may differ from what is published
};

}  // namespace backend
