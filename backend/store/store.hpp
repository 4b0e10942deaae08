// The data: keys, values, expiry times and versions, within a limit of memory, in shards with a
// lock each. One for the whole backend; every method may be called by every worker at once.
// Pure: time is an argument.
#pragma once

#include "backend/clock/hybrid_clock.hpp"
#include "backend/persist/record.hpp"
#include "backend/store/eviction_policies.hpp"
#include "backend/store/lease_book.hpp"
#include "backend/store/located.hpp"
#include "backend/store/watch_book.hpp"
#include "shared/base/live_value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

class shard;
struct shard_surroundings;

/// Is told every change that this backend's own clients make, in the order of their versions for
/// each key. Called with the key's shard locked, by several threads at once for different shards:
/// must be quick and must not call the store.
class effect_sink {
  public:
    virtual ~effect_sink() = default;
    virtual void on_effect(const effect& what) = 0;
};

/// How many shards serve a store of that many bytes: each has its own ends of lists and index,
/// which a small store would feel.
unsigned shards_for(std::uint64_t memory) noexcept;

struct store_options {
    shared::live_value<std::uint64_t> memory = 256UL << 20U;  // bytes for data, index, tombstones
    unsigned shards = 16;                                     // a power of two, 64 at most
    std::string_view eviction = default_eviction;             // one of `eviction_names`
    bool tombstones = false;      // remember deletes, for a partner: 1/16 of `memory` at most
    bool absent_deletes = false;  // tell the sink of them, too: a log may hold what was evicted
};

struct store_stats {
    std::uint64_t used_memory, data_bytes, keys, keys_with_expiry, tombstones;
    std::uint64_t evicted, expired, hits, misses;
};

/// Where a scan stands. One that is default-constructed stands at the beginning.
struct scan_cursor {
    std::size_t shard = 0;
    std::uint64_t position = 0;  // within the shard, in the order of hashes

    static constexpr scan_cursor at_end() noexcept { return {.shard = SIZE_MAX}; }
};

class store {
  public:
    /// Requires: `clock`, and `sink` if it is not null, outlive the store.
    store(const store_options& options, hybrid_clock& clock, effect_sink* sink);
    ~store();
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    class entry_access;
    class group;  // group.hpp

    /// Locks the key's shard until the access is destroyed, unless the thread holds it in a group.
    /// An entry that has expired at `now` is removed and seen as absent.
    /// Requires: the thread holds no other access; `key` lives as long as the access; a group that
    /// the thread holds covers the key.
    entry_access open(std::string_view key, shared::unix_ms now);

    /// Locks the shards of all the keys until the group is destroyed: nobody else sees, or changes,
    /// anything of them meanwhile. What the thread does with these keys under the group is atomic;
    /// eviction for it waits until the group is gone. A group within a group holds nothing more.
    /// Requires: the thread holds no access; a group that it holds covers the keys. Until the
    /// group is gone it calls nothing of the store but `open`, for these keys, `hold` and
    /// `used_memory`.
    group hold(std::span<const std::string_view> keys, shared::unix_ms now);

    /// The same for all keys. Under it `flush`, `scan`, `random_key`, `size`, `stats` and
    /// `set_memory_limit` may be called, too.
    group hold_all(shared::unix_ms now);

    /// Applies a partner's effect: a newer version than the one held wins, everything else is
    /// ignored. Observes the version. Does not tell the sink, but `log`, if it is not null and
    /// something changed. False if it changed nothing.
    bool merge(const effect& what, shared::unix_ms now, effect_sink* log = nullptr);

    /// Removes everything older than a new version, and tells the sink, once and without a lock.
    void flush(shared::unix_ms now);

    /// Removes expired entries, `budget` at most. True if there may be more to do at once.
    bool expire_some(shared::unix_ms now, std::size_t budget);

    /// Forgets tombstones of versions below either bound; `tombstone_floor` rises above those that
    /// there were. What expires later leaves none either. Below `acknowledged_below`, which never
    /// goes back, the partner has it; else below `too_old_below`, which holds until the next call,
    /// `tombstone_floor` rises above it.
    void forget_tombstones(version acknowledged_below, version too_old_below);

    /// Versions of deletes below it may have been forgotten. 0 without tombstones.
    version tombstone_floor() const noexcept;

    /// Raises `tombstone_floor`: deletes below it were forgotten in an earlier life.
    void raise_tombstone_floor(version floor) noexcept;

    /// Drops entries of versions below `floor`: what a partner whose floor that is may have deleted
    /// meanwhile.
    void drop_older_than(version floor);

    /// Visits all live entries and tombstones as effects `set` and `erase`, about `entries` with
    /// each call, and the newest flush before them as effect `flush`, even one that is going on and
    /// that the sink has not been told yet. True while there is more.
    /// What is there from the first call to the last is visited once, even if the index grows or
    /// shrinks meanwhile; what comes or changes meanwhile may be. `visit` runs under the lock of a
    /// shard: must be quick and must not call the store.
    bool scan(scan_cursor& cursor, std::size_t entries,
              const std::function<void(const effect&)>& visit, shared::unix_ms now);

    /// The key of one of the live entries, each about as likely; nothing if there is none. The
    /// choice follows from the clock's next version. In a group: under `hold_all` alone.
    std::optional<std::string> random_key(shared::unix_ms now);

    /// True if an entry of these sizes fits into the memory limit, be it alone.
    bool could_hold(std::size_t key_size, std::size_t value_size) const noexcept;

    std::size_t shards() const noexcept { return shards_.size(); }

    store_stats stats() const;
    std::uint64_t size() const;  // entries, the expired but not yet removed ones included
    /// Changes the limit; evicts at once what is above it. Requires: the caller holds no access,
    /// and no group but one of `hold_all`.
    void set_memory_limit(std::uint64_t bytes, shared::unix_ms now);

    std::uint64_t memory_limit() const noexcept { return options_.memory; }

    /// One of `eviction_names`.
    std::string_view eviction_name() const noexcept { return eviction_name_; }

    /// Bytes of data, index and tombstones; never above the limit for longer than one change.
    std::uint64_t used_memory() const noexcept;

  private:
    class shard_lock;

    void divide_memory() noexcept;
    std::size_t shard_index(std::uint64_t hash) const noexcept;
    shard& shard_of(std::uint64_t hash) const noexcept;
    group* held() const noexcept;  // this thread's
    bool is_held(const shard& which) const noexcept;
    bool leave_room_to_group() const noexcept;
    shard* next_to_expire(shared::unix_ms now) const noexcept;
    std::optional<eviction_step> next_to_evict() const noexcept;
    void make_room(shared::unix_ms now);
    void evict_from(shard& chosen, unsigned queue, shared::unix_ms now);
    std::uint64_t last_rank_to_evict(const shard& which, unsigned queue) const noexcept;
    std::size_t segment_size() const noexcept;
    bool raise_watermark(version stamp);
    void drop(version older_than, bool with_tombstones);

    store_options options_;
    hybrid_clock& clock_;
    effect_sink* sink_;
    std::unique_ptr<shard_surroundings> around_;
    std::string eviction_name_;
    std::unique_ptr<eviction_policy> eviction_;  // before the shards, which have its parts
    std::vector<std::unique_ptr<shard>> shards_;
    std::vector<lease_book> leases_;   // of each shard, under its lock
    std::vector<watch_book> watches_;  // the same
    unsigned shard_bits_ = 0;
    std::uint64_t empty_ = 0;  // bytes that a store without entries takes
    inline static constinit thread_local group* held_by_thread_ = nullptr;
};

/// One key under the lock of its shard: what a command reads and writes. Neither copied nor moved.
class store::entry_access {
  public:
    entry_access(store& owner, std::string_view key, shared::unix_ms now);
    /// Unlocks; then, without the lock, evicts until memory is within the limit. Within a group
    /// both are left to the group.
    ~entry_access();
    entry_access(const entry_access&) = delete;
    entry_access& operator=(const entry_access&) = delete;

    /// A live entry, not a tombstone.
    bool exists() const noexcept;

    /// Valid while the access lives, until the next change. Requires: `exists()`.
    std::string_view value() const noexcept;

    /// 0: never. Requires: `exists()`.
    shared::unix_ms expires_at() const noexcept;

    /// Of the entry or its tombstone; 0 if there is neither.
    version stamp() const noexcept;

    /// Bytes of memory that the entry takes. Requires: `exists()`.
    std::size_t memory() const noexcept;

    /// True if a value of that many bytes fits into the memory limit, be it alone.
    bool could_hold(std::size_t value_size) const noexcept;

    /// A look-up calls `touch` if the entry exists, which counts as its use and as a hit, and
    /// otherwise `miss`. Requires: `exists()`.
    void touch() noexcept;
    void miss() noexcept;

    /// Sets the value with a new version and tells the sink; as in Redis, a time that has passed
    /// deletes the key instead. `value` may point into the present one. False if it does not fit
    /// into the memory limit even alone; nothing has changed then.
    bool set(std::string_view value, shared::unix_ms expires_at);

    /// Gives the entry a new version and time (0: never), and tells the sink the whole value; a
    /// time that has passed deletes the key. False if there is no memory for the time; nothing has
    /// changed then. Requires: `exists()`.
    bool set_expiry(shared::unix_ms expires_at);

    /// The lease that somebody has on the key; token 0: nobody. Any change of the key ends it, here
    /// or at the partner, by whomever.
    lease held_lease();

    /// Gives a lease on the key until that time; its token. Requires: nobody has one.
    version grant_lease(shared::unix_ms until);

    /// Ends the lease of that token; false if it has ended already.
    bool end_lease(version token);

    /// Counts from now on how often the key comes to exist, by whomever; the count so far.
    /// Requires: the key does not exist.
    std::uint64_t watch_absence();

    /// Ends one `watch_absence` of the key, which has to be there; the count.
    std::uint64_t end_absence_watch();

    /// Removes the entry, leaving a tombstone if the store keeps them, and tells the sink. With
    /// tombstones an absent key too: it may have been evicted here and still be held by the
    /// partner.
    void erase();

  private:
    bool has_passed(shared::unix_ms expires_at) const noexcept {
        return expires_at != 0 && expires_at <= now_;
    }
    void tell(effect_kind kind, version stamp) const;
    lease_book& leases() const noexcept;
    watch_book& watches() const noexcept;
    located_key located() const noexcept { return {key_, static_cast<std::uint32_t>(hash_)}; }

    store& owner_;
    std::string_view key_;
    shared::unix_ms now_;
    std::uint64_t hash_;
    shard& shard_;
    bool held_by_group_;
    located_entry held_;    // or the tombstone
    bool changed_ = false;  // memory may be above the limit
};

}  // namespace backend
