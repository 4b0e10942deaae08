// Which entry goes when memory is full: the order within one shard, and what compares the shards.
// Each shard owns one; to be called under the shard's lock only. Tombstones are not its concern.
#pragma once

#include "backend/store/entry.hpp"

#include <cstdint>

namespace backend {

class eviction {
  public:
    static constexpr std::uint64_t nothing = UINT64_MAX;

    virtual ~eviction() = default;

    /// A new entry.
    virtual void add(entry& added) noexcept = 0;

    /// A read or a write of it. Requires: it has been added.
    virtual void use(entry& used) noexcept = 0;

    /// It leaves the shard. Requires: it has been added.
    virtual void remove(entry& removed) noexcept = 0;

    /// The entry that should go first, null without entries.
    virtual entry* victim() const noexcept = 0;

    /// How the victim compares with those of other shards: the lowest goes first; `nothing`
    /// without a victim.
    virtual std::uint64_t victim_rank() const noexcept = 0;
};

}  // namespace backend
