// Eviction of the least recently used entry. Owned by a shard, under its lock.
//
// Exact: within a shard a list in the order of use; between shards the stamps of one counter that
// all shards share, taken under the shard's lock, so that each list is in the order of its stamps.
// The oldest of the lists' ends is the oldest of all. Only uses at the very same time, by several
// threads, may be stamped in either order.
#pragma once

#include "backend/store/eviction.hpp"

#include <atomic>

namespace backend {

class lru final : public eviction {
  public:
    /// Requires: `uses` outlives it; all shards of a store have the same.
    explicit lru(std::atomic<std::uint64_t>& uses) noexcept : uses_(uses) {}

    void add(entry& added) noexcept override;
    void use(entry& used) noexcept override;
    void remove(entry& removed) noexcept override;
    entry* victim() const noexcept override { return oldest_; }
    std::uint64_t victim_rank() const noexcept override {
        return oldest_ != nullptr ? oldest_->used_at : nothing;
    }

  private:
    std::atomic<std::uint64_t>& uses_;
    entry* newest_ = nullptr;
    entry* oldest_ = nullptr;
};

}  // namespace backend
