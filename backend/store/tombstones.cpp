// The part of a shard that remembers deletes. A tombstone holds the version of the delete, so that
// an older `set` of the partner's that arrives late does not bring the key back. Tombstones are a
// list of the log in the order in which they were made, which is nearly that of their versions.
#include "backend/store/shard.hpp"

namespace backend {
namespace {

constexpr std::uint64_t index_share = 20;  // what an entry takes at most in an index

constexpr entry::shape shape_of_tombstone(std::size_t key_size) noexcept {
    return {.key_size = key_size, .tombstone = true};
}

}  // namespace

void shard_surroundings::raise(std::atomic<version>& what, version least) noexcept {
    version present = what.load(std::memory_order_relaxed);
    while (present < least &&
           !what.compare_exchange_weak(present, least, std::memory_order_relaxed)) {
    }
}

std::uint64_t shard::tombstone_cost(std::size_t key_size) noexcept {
    return shape_of_tombstone(key_size).size() + index_share;
}

located_entry shard::bury(const located_entry& held, const located_key& key, version stamp) {
    remove(held, key.hash);
    return bury_absent(key, stamp);
}

located_entry shard::bury_absent(const located_key& key, version stamp) {
    return place_tombstone(make_tombstone(key, stamp), stamp, key.hash);
}

located_entry shard::make_tombstone(const located_key& key, version stamp) noexcept {
    const std::uint64_t cost = tombstone_cost(key.text.size());
    if (!around_.tombstones || cost > around_.tombstone_memory) return {};
    // Before it is there: it may lie before older ones (entry_log.hpp), and must not go for itself.
    while (tombstone_bytes_ + cost > around_.tombstone_memory) forget_oldest_tombstone();
    const auto what = shape_of_tombstone(key.text.size());
    const entry_ref ref = log_.append(tombstone_list, what.size(), 0);
    if (ref == no_entry) return {};
    return {ref, entry::write(log_.at(ref).at(), what, key.text, stamp)};
}

located_entry shard::place_tombstone(const located_entry& made, version stamp, std::uint32_t hash) {
    changed_ = true;
    if (!made || !index_.insert(hash, made.ref)) {
        if (made) log_.kill(made.ref);
        if (around_.tombstones) around_.raise_floor(stamp + 1);
        return {};
    }
    ++tombstones_;
    tombstone_bytes_ += tombstone_cost(made.held.key().size());
    return made;
}

/// Requires: there is one.
void shard::forget_oldest_tombstone() noexcept {
    const entry_ref oldest = log_.oldest(tombstone_list);
    const located_entry forgotten{oldest, log_.at(oldest)};
    around_.raise_floor(forgotten.held.stamp() + 1);
    destroy(forgotten, hash_of(forgotten.held.key()));
}

void shard::forget_excess_tombstones() noexcept {
    while (tombstone_bytes_ > around_.tombstone_memory) forget_oldest_tombstone();
}

void shard::forget_tombstones(version older_than) noexcept {
    while (tombstones_ > 0 && log_.at(log_.oldest(tombstone_list)).stamp() < older_than) {
        forget_oldest_tombstone();
    }
}

}  // namespace backend
