// Several keys at once, for commands over more than one key that must be atomic and for
// transactions: the locks of the keys' shards, held together. Made by `store::hold` and
// `store::hold_all`; belongs to the thread that made it, which alone may touch it.
//
//   {
//       const auto all_or_none = data.hold(keys, now);    locks shards 2, 5, 11, in this order
//       if (data.open(keys[0], now).exists()) return;     locks nothing: shard 5 is held
//       for (…) data.open(key, now).set(value, 0);        memory may pass the limit meanwhile
//   }                                                     unlocks; then evicts down to the limit
//
// No deadlock: whoever waits for a second lock waits for one of a higher index than all that it
// holds, and whoever holds no group holds one lock and waits for none.
#pragma once

#include "backend/store/store.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace backend {

class store::group {
  public:
    ~group();
    group(const group&) = delete;
    group& operator=(const group&) = delete;

    /// True if the calling thread may open keys of that shard without waiting.
    bool covers(const shard& which) const noexcept;

  private:
    friend class store;

    group(store& owner, std::vector<shard*> shards, shared::unix_ms now);

    store& owner_;
    std::vector<shard*> shards_;  // in the order of their indices; empty within another group
    shared::unix_ms now_;
    bool outermost_;
    bool grew_ = false;  // memory may be above the limit
};

/// Locks one shard, unless the thread's group holds it already.
class store::shard_lock {
  public:
    shard_lock(const store& owner, shard& which);
    ~shard_lock();
    shard_lock(const shard_lock&) = delete;
    shard_lock& operator=(const shard_lock&) = delete;

  private:
    shard* locked_;
};

}  // namespace backend
