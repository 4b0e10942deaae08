// The leases on the keys of one shard: who may fill a key that many miss at once. As in Nishtala et
// al., "Scaling Memcache at Facebook" (NSDI 2013), 3.2.1. Owned by the store, one for each shard;
// to be touched under that shard's lock only. Pure.
//
// A key is known by its 64-bit hash: two keys of one hash, which are not to be expected, would
// share a lease. A book that is full forgets a lease to give another: then one fill is refused that
// need not be.
#pragma once

#include "backend/clock/version.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <unordered_map>

namespace backend {

/// Token 0: there is none.
struct lease {
    version token = 0;
    shared::unix_ms until = 0;  // from then on another may have it
};

class lease_book {
  public:
    /// About 64 bytes each, which `memory` does not count.
    static constexpr std::size_t most = 4096;

    /// The lease on the key if somebody has it at `now`.
    lease find(std::uint64_t key_hash, shared::unix_ms now);

    /// Requires: nobody has one on the key.
    void grant(std::uint64_t key_hash, const lease& given, shared::unix_ms now);

    void end(std::uint64_t key_hash) {
        if (!held_.empty()) held_.erase(key_hash);
    }
    void end_all() { held_.clear(); }

    std::size_t size() const noexcept { return held_.size(); }

  private:
    static constexpr shared::unix_ms never = std::numeric_limits<shared::unix_ms>::max();

    void drop_ended(shared::unix_ms now);

    std::unordered_map<std::uint64_t, lease> held_;
    shared::unix_ms earliest_end_ = never;  // of those held, or earlier
};

}  // namespace backend
