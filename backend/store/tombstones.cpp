// The part of a shard that remembers deletes. A tombstone holds the version of the delete, so that
// an older `set` of the partner's that arrives late does not bring the key back.
#include "backend/store/shard.hpp"

namespace backend {
namespace {

// What an entry takes at most in an index at its emptiest, and in the heap.
constexpr std::uint64_t index_share = 4 * sizeof(entry*);
constexpr std::uint64_t heap_share = 16;

}  // namespace

void shard_surroundings::raise_floor(version floor) noexcept {
    version present = tombstone_floor.load(std::memory_order_relaxed);
    while (present < floor &&
           !tombstone_floor.compare_exchange_weak(present, floor, std::memory_order_relaxed)) {
    }
}

std::uint64_t shard::tombstone_cost(std::size_t key_size) noexcept {
    return entry::cost(key_size, 0) + index_share + heap_share;
}

entry* shard::bury(entry& held, version stamp) {
    // The key is the entry's own: a copy of it must be there before the entry goes.
    entry* const made = make_tombstone({held.key(), held.hash});
    remove(held);
    return place_tombstone(made, stamp);
}

entry* shard::bury_absent(const located_key& key, version stamp) {
    return place_tombstone(make_tombstone(key), stamp);
}

entry* shard::make_tombstone(const located_key& key) const noexcept {
    const bool kept =
        around_.tombstones && tombstone_cost(key.text.size()) <= around_.tombstone_memory;
    return kept ? entry::make_tombstone(key.hash, key.text) : nullptr;
}

entry* shard::place_tombstone(entry* made, version stamp) {
    if (made == nullptr) {
        if (around_.tombstones) around_.raise_floor(stamp + 1);
        return nullptr;
    }
    const std::uint64_t cost = tombstone_cost(made->key().size());
    while (tombstone_bytes_ + cost > around_.tombstone_memory) forget_oldest_tombstone();
    made->stamp = stamp;
    index_.insert(*made);
    tombstones_.push(*made, stamp);
    entry_bytes_ += made->cost();
    tombstone_bytes_ += cost;
    resized_ = true;
    return made;
}

void shard::forget_oldest_tombstone() noexcept {
    around_.raise_floor(tombstones_.lowest_rank() + 1);
    remove(tombstones_.lowest());
}

void shard::forget_tombstones(version older_than) noexcept {
    while (!tombstones_.empty() && tombstones_.lowest_rank() < older_than)
        forget_oldest_tombstone();
}

}  // namespace backend
