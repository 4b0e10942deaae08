#include "backend/store/shard.hpp"

namespace backend {

shard::shard(shard_surroundings& around, eviction_policy& policy)
    : around_(around), eviction_(policy.make_part()) {
    const std::lock_guard counted(*this);  // unlocking counts the empty index
}

shard::~shard() {
    std::vector<entry*> entries;
    for (std::uint64_t position = 0; position < entry_table::end;) {
        position = index_.collect(position, entries);
        for (entry* const each : entries) entry::destroy(each);
        entries.clear();
    }
}

bool shard_surroundings::fits(std::size_t key_size, std::size_t value_size) const noexcept {
    return key_size <= entry::longest_text && value_size <= entry::longest_text &&
           entry::cost(key_size, value_size) <= largest_entry;
}

void shard::unlock() noexcept {
    for (unsigned queue = 0; queue < ranks_.size(); ++queue) {
        ranks_[queue].store(eviction_->rank(queue), std::memory_order_relaxed);
    }
    if (resized_) publish_size();
    mutex_.unlock();
}

void shard::publish_size() noexcept {
    const std::uint64_t bytes =
        entry_bytes_ + index_.bytes() + expiry_.bytes() + tombstones_.bytes() + eviction_->bytes();
    // The difference may be below zero: unsigned numbers wrap around to the right sum.
    around_.used_memory.fetch_add(bytes - counted_bytes_, std::memory_order_relaxed);
    counted_bytes_ = bytes;
    next_expiry_.store(
        expiry_.empty() ? no_expiry : static_cast<shared::unix_ms>(expiry_.lowest_rank()),
        std::memory_order_relaxed);
    resized_ = false;
}

entry* shard::find(const located_key& key, shared::unix_ms now) {
    entry* const found = index_.find(key.hash, key.text);
    if (found == nullptr) return nullptr;
    const bool expired = found->expired(now);
    if (!expired && found->stamp >= watermark()) return found;
    if (expired) ++counters.expired;
    remove(*found);
    return nullptr;
}

entry* shard::put(entry* held, const located_key& key, std::string_view value,
                  shared::unix_ms expires_at, version stamp) {
    if (held != nullptr && !held->is_tombstone() &&
        entry::cost(key.text.size(), value.size()) == held->cost()) {
        held->overwrite(value);
        set_expiry(*held, expires_at, stamp);
        eviction_->use(*held);
        return held;
    }
    entry* const made = entry::make(key.hash, key.text, value);
    if (made == nullptr) return nullptr;
    made->stamp = stamp;
    if (held != nullptr && !held->is_tombstone()) {
        eviction_->replace(*held, *made);
        destroy(*held);
    } else {
        if (held != nullptr) remove(*held);
        eviction_->add(*made);
    }
    link(*made, expires_at);
    return made;
}

void shard::link(entry& added, shared::unix_ms expires_at) {
    index_.insert(added);
    place_expiry(added, expires_at);
    entry_bytes_ += added.cost();
    resized_ = true;
}

void shard::set_expiry(entry& held, shared::unix_ms expires_at, version stamp) {
    held.stamp = stamp;
    if (held.expires_at != expires_at) place_expiry(held, expires_at);
}

void shard::place_expiry(entry& held, shared::unix_ms expires_at) {
    if (held.expires_at != 0) expiry_.remove(held);
    held.expires_at = expires_at;
    resized_ = true;
    if (expires_at != 0) expiry_.push(held, static_cast<std::uint64_t>(expires_at));
}

void shard::remove(entry& held) noexcept {
    if (!held.is_tombstone()) eviction_->remove(held);
    destroy(held);
}

/// Removes what the policy of eviction does not hold any more.
void shard::destroy(entry& held) noexcept {
    index_.remove(held);
    entry_bytes_ -= held.cost();
    if (held.is_tombstone()) {
        tombstone_bytes_ -= tombstone_cost(held.key().size());
        tombstones_.remove(held);
    } else if (held.expires_at != 0) {
        expiry_.remove(held);
    }
    entry::destroy(&held);
    resized_ = true;
}

void shard::evict(unsigned queue, shared::unix_ms now) noexcept {
    if (expire(now, 1) != 0 || eviction_->rank(queue) == eviction::nothing) return;
    entry* const victim = eviction_->evict(queue);
    if (victim == nullptr) return;
    destroy(*victim);
    ++counters.evicted;
}

std::size_t shard::expire(shared::unix_ms now, std::size_t budget) noexcept {
    std::size_t removed = 0;
    while (removed < budget && !expiry_.empty() && expiry_.lowest().expired(now)) {
        remove(expiry_.lowest());
        ++removed;
    }
    counters.expired += removed;
    return removed;
}

void shard::raise_watermark(version stamp) noexcept {
    if (stamp > watermark()) watermark_.store(stamp, std::memory_order_relaxed);
}

std::uint64_t shard::drop(std::uint64_t position, version older_than, bool with_tombstones,
                          std::size_t budget) {
    std::vector<entry*> entries;
    while (position < entry_table::end && entries.size() < budget) {
        position = index_.collect(position, entries);
    }
    for (entry* const each : entries) {
        const bool concerned = with_tombstones || !each->is_tombstone();
        if (concerned && each->stamp < older_than) remove(*each);
    }
    return position;
}

}  // namespace backend
