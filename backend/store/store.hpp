// The data: keys, values, expiry times and versions, within a limit of memory, in shards with a lock each.
// One for the whole backend; every method may be called by every worker at once. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "backend/clock/hybrid_clock.hpp"
#include "backend/persist/record.hpp"

namespace backend {

/// Is told every change that this backend's own clients make, in the order of their versions for each key.
/// Called with the key's shard locked: must be quick and must not call the store.
class effect_sink {
  public:
    virtual ~effect_sink() = default;
    virtual void on_effect(const effect& what) = 0;
};

struct store_options {
    std::uint64_t memory = 256UL << 20;   // bytes for data, index and tombstones together
    unsigned shards = 16;                 // a power of two
    bool tombstones = false;              // remember deletes, for a partner
};

struct store_stats {
    std::uint64_t used_memory, keys, keys_with_expiry, tombstones, evicted, expired, hits, misses;
};

class store {
  public:
    store(const store_options& options, hybrid_clock& clock, effect_sink* sink);
    ~store();
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    class entry_access;

    /// Locks the key's shard until the access is destroyed. Requires: the thread holds no other access.
    /// An entry that has expired at `now` is removed and seen as absent.
    entry_access open(std::string_view key, shared::unix_ms now);

    /// Applies a partner's effect: a newer version than the one held wins, everything else is ignored. Observes the version.
    /// Does not tell the sink. False if it was ignored.
    bool merge(const effect& what, shared::unix_ms now);

    /// Removes everything older than a new version, and tells the sink.
    void flush(shared::unix_ms now);

    /// Removes expired entries, for at most `budget` entries looked at. True if there may be more to do at once.
    bool expire_some(shared::unix_ms now, std::size_t budget);

    /// Forgets tombstones of versions below `older_than`; remembers that as `tombstone_floor`.
    void forget_tombstones(version older_than);

    /// Versions of deletes below it may have been forgotten.
    version tombstone_floor() const noexcept;

    /// Drops entries of versions below `floor`: what a partner whose floor that is may have deleted meanwhile.
    void drop_older_than(version floor);

    store_stats stats() const;
    std::uint64_t size() const;   // entries, the expired but not yet removed ones included
    std::uint64_t memory_limit() const noexcept;
};

}  // namespace backend
