// A key with its hash, and an entry with its place: what goes between the store and its shards.
// Plain values, as long-lived as what they point to.
#pragma once

#include "backend/store/entry.hpp"

#include <cstdint>
#include <string_view>

namespace backend {

/// A key and the part of its hash that finds it within the shard.
struct located_key {
    std::string_view text;
    std::uint32_t hash;

    /// Hashes the key.
    static located_key of(std::string_view key) { return {key, hash_of(key)}; }
};

/// An entry, or a tombstone, and where it lies; good until the shard is changed or unlocked.
struct located_entry {
    entry_ref ref = no_entry;
    entry held{};

    explicit operator bool() const noexcept { return ref != no_entry; }
    bool is_live() const noexcept { return ref != no_entry && !held.is_tombstone(); }
};

}  // namespace backend
