#include "backend/store/shard.hpp"

#include "backend/store/fifo_queues.hpp"
#include "backend/store/linked_queues.hpp"

#include <algorithm>
#include <new>

namespace backend {
namespace {

constexpr std::size_t closed_at_once = 64UL * 1024;  // bytes looked at to close gaps
// Gaps may be one part of so many of the memory while there is plenty of it, and while not.
constexpr std::uint64_t gaps_allowed = 4;
constexpr std::uint64_t gaps_allowed_under_pressure = 10;
constexpr std::size_t looks_at_once = 64;  // for what has expired

std::unique_ptr<entry_queues> make_queues(eviction_policy& policy, entry_log& log,
                                          entry_index& index) {
    if (policy.needs_links()) return std::make_unique<linked_queues>(policy.queues, log);
    return std::make_unique<fifo_queues>(policy.queues, log, index);
}

}  // namespace

shard::shard(shard_surroundings& around, eviction_policy& policy)
    : around_(around),
      queues_(make_queues(policy, log_, index_)),
      eviction_(policy.make_part(*queues_)) {
    const std::lock_guard counted(*this);  // unlocking counts the empty index
}

bool shard_surroundings::fits(std::size_t key_size, std::size_t value_size) const noexcept {
    constexpr shared::unix_ms longest_time = INT64_MAX;
    const entry::shape what{
        .key_size = key_size, .value_size = value_size, .expires_at = longest_time, .linked = true};
    return key_size <= entry::longest_text && value_size <= entry::longest_text &&
           entry_log::cost(what.size()) <= largest_entry;
}

bool shard_surroundings::is_pressed() const noexcept {
    return used_memory.load(std::memory_order_relaxed) > memory - memory / 16;
}

void shard::unlock() noexcept {
    if (changed_) {
        if (log_.dead() * gaps_allowed > log_.bytes() ||
            (around_.is_pressed() && log_.dead() * gaps_allowed_under_pressure > log_.bytes())) {
            close_gaps(closed_at_once);
        }
        publish_size();
    }
    for (unsigned queue = 0; queue < ranks_.size(); ++queue) {
        ranks_[queue].store(eviction_->rank(queue), std::memory_order_relaxed);
    }
    mutex_.unlock();
}

std::uint64_t shard::bytes() const noexcept {
    return log_.bytes() + index_.bytes() + expiry_.bytes() + eviction_->bytes();
}

void shard::publish_size() noexcept {
    const std::uint64_t now = bytes();
    // The difference may be below zero: unsigned numbers wrap around to the right sum.
    around_.used_memory.fetch_add(now - counted_bytes_, std::memory_order_relaxed);
    counted_bytes_ = now;
    next_expiry_.store(with_expiry_ == 0 ? no_expiry : expiry_.earliest(),
                       std::memory_order_relaxed);
    changed_ = false;
}

void shard::close_gaps(std::size_t budget) noexcept {
    log_.compact(budget, [this](entry_ref from, entry_ref to) {
        const entry moved = log_.at(to);
        index_.relocate(hash_of(moved.key()), from, to);
        if (moved.is_tombstone()) return;
        queues_->moved(from, to);
        eviction_->moved(from, to);
    });
}

located_entry shard::find(const located_key& key, shared::unix_ms now) {
    const entry_ref ref = index_.find(
        key.hash, [&](entry_ref candidate) { return log_.at(candidate).key() == key.text; });
    if (ref == no_entry) return {};
    const located_entry found{ref, log_.at(ref)};
    if (found.held.stamp() < watermark()) {
        remove(found, key.hash);
        return {};
    }
    if (!found.held.expired(now)) return found;
    ++counters.expired;
    return let_expire(found, key.hash);
}

located_entry shard::put(const located_entry& held, const located_key& key, std::string_view value,
                         shared::unix_ms expires_at, version stamp) {
    changed_ = true;
    if (overwrite(held, key, value, expires_at, stamp)) return held;
    return append(held, key, value, expires_at, stamp);
}

/// In its place, if it has room for the value and not much more.
bool shard::overwrite(const located_entry& held, const located_key& key, std::string_view value,
                      shared::unix_ms expires_at, version stamp) noexcept {
    constexpr std::size_t gap_part = 8;
    if (!held.is_live() || !held.held.has_room_for(expires_at)) return false;
    const std::size_t present = held.held.value().size();
    if (value.size() > present || (present - value.size()) * gap_part > held.held.size()) {
        return false;
    }
    entry changed = held.held;
    changed.overwrite(value);
    if (const std::size_t gap = present - value.size(); gap != 0) {
        log_.cut(held.ref, gap);
        queues_->shortened(held.ref, gap);
        data_bytes_ -= gap;
    }
    count_time(changed.expires_at(), expires_at, key.hash);
    changed.set_expires_at(expires_at);
    changed.set_stamp(stamp);
    eviction_->overwritten(held.ref, key.hash);
    return true;
}

located_entry shard::append(const located_entry& held, const located_key& key,
                            std::string_view value, shared::unix_ms expires_at,
                            version stamp) noexcept {
    const entry::shape what{.key_size = key.text.size(),
                            .value_size = value.size(),
                            .expires_at = expires_at,
                            .linked = queues_->linked()};
    const std::size_t size = what.size();
    const unsigned queue =
        held.is_live() ? queues_->queue_of(held.ref) : eviction_->admit(key.hash, size);
    const entry_ref ref = log_.append(queues_->list_for(queue), size, queues_->next_stamp());
    if (ref == no_entry) return {};
    entry::write(log_.at(ref).at(), what, key.text, stamp).overwrite(value);
    const entry_ref made = install(ref, held, key.hash, queue);
    if (made == no_entry) {
        log_.kill(ref);
        return {};
    }
    data_bytes_ += key.text.size() + value.size();
    count_time(0, expires_at, key.hash);
    return {made, log_.at(made)};
}

/// In the index and the queues, in the place of `held` if that is anything. Where it is afterwards;
/// `no_entry` without memory.
entry_ref shard::install(entry_ref made, const located_entry& held, std::uint32_t hash,
                         unsigned queue) noexcept {
    if (!held) {
        if (!index_.insert(hash, made)) return no_entry;
        return eviction_->add(made, hash, queue);
    }
    index_.relocate(hash, held.ref, made);
    const bool was_live = held.is_live();
    if (was_live) {
        log_.at(made).set_uses(held.held.uses());
        eviction_->replace(held.ref, made, hash);
    }
    uncount(held.held);
    log_.kill(held.ref);
    return was_live ? made : eviction_->add(made, hash, queue);
}

located_entry shard::set_expiry(const located_entry& held, const located_key& key,
                                shared::unix_ms expires_at, version stamp) {
    return put(held, key, held.held.value(), expires_at, stamp);
}

void shard::count_time(shared::unix_ms before, shared::unix_ms now, std::uint32_t hash) noexcept {
    if (before != 0) --with_expiry_;
    if (now == 0) return;
    ++with_expiry_;
    if (before != now) expiry_.note(hash, now, expiring());
}

/// What the ranges of hashes are for: a look at one is at all of its entries, so not too few.
std::size_t shard::expiring() const noexcept {
    constexpr std::size_t entries_to_a_time = 64;
    return std::max<std::size_t>(with_expiry_, index_.size() / entries_to_a_time);
}

/// What leaves the index.
void shard::uncount(entry held) noexcept {
    if (held.is_tombstone()) {
        --tombstones_;
        tombstone_bytes_ -= tombstone_cost(held.key().size());
        return;
    }
    data_bytes_ -= held.key().size() + held.value().size();
    count_time(held.expires_at(), 0, 0);
}

void shard::remove(const located_entry& held, std::uint32_t hash) noexcept {
    if (held.is_live()) eviction_->remove(held.ref);
    destroy(held, hash);
}

/// Removes what the policy of eviction does not hold any more.
void shard::destroy(const located_entry& held, std::uint32_t hash) noexcept {
    index_.remove(hash, held.ref);
    uncount(held.held);
    log_.kill(held.ref);
    expiry_.shrink(expiring());
    changed_ = true;
}

void shard::evict(unsigned queue, shared::unix_ms now) noexcept {
    changed_ = true;
    if (log_.dead() * gaps_allowed_under_pressure > log_.bytes()) {
        close_gaps(closed_at_once);
        return;
    }
    if (expire(now, 1) != 0 || eviction_->rank(queue) == eviction::nothing) return;
    const entry_ref victim = eviction_->evict(queue);
    if (victim == no_entry) return;
    const located_entry evicted{victim, log_.at(victim)};
    destroy(evicted, hash_of(evicted.held.key()));
    ++counters.evicted;
}

std::size_t shard::expire(shared::unix_ms now, std::size_t budget) noexcept {
    std::size_t removed = 0;
    for (std::size_t looks = 0; looks < looks_at_once && removed < budget; ++looks) {
        if (with_expiry_ == 0 || expiry_.earliest() > now) break;
        changed_ = true;  // even if nothing is due: `earliest` is exact only after that
        const auto due = expiry_.take_due(now);
        if (!due) break;
        removed += expire_between(due->first, due->last, now);
    }
    counters.expired += removed;
    return removed;
}

/// What stays is noted again.
std::size_t shard::expire_between(std::uint64_t first, std::uint64_t last, shared::unix_ms now) {
    looked_at_.clear();
    while (first <= last) first = index_.collect(first, looked_at_);
    // Tombstones first: what is buried may drive one out.
    std::erase_if(looked_at_, [this](const indexed_entry& each) {
        return log_.at(each.ref).expires_at() == 0;
    });
    std::size_t removed = 0;
    for (const indexed_entry& each : looked_at_) {
        const located_entry found{each.ref, log_.at(each.ref)};
        const shared::unix_ms time = found.held.expires_at();
        if (time > now) {
            expiry_.note(each.hash, time, expiring());
        } else {
            let_expire(found, each.hash);
            ++removed;
        }
    }
    return removed;
}

/// The tombstone that is left, if any: a partner that has missed this entry may send an older one.
located_entry shard::let_expire(const located_entry& held, std::uint32_t hash) noexcept {
    const version stamp = held.held.stamp();
    const bool remembered = around_.must_remember(stamp);
    if (!remembered || around_.is_too_old(stamp)) {
        if (remembered) around_.raise_floor(stamp + 1);
        remove(held, hash);
        return {};
    }
    const located_entry made = make_tombstone({held.held.key(), hash}, stamp);
    remove(held, hash);
    return place_tombstone(made, stamp, hash);
}

void shard::raise_watermark(version stamp) noexcept {
    if (stamp > watermark()) watermark_.store(stamp, std::memory_order_relaxed);
}

std::uint64_t shard::drop(std::uint64_t position, version older_than, bool with_tombstones,
                          std::size_t budget) {
    std::vector<indexed_entry> found;
    while (position < entry_index::end && found.size() < budget) {
        position = index_.collect(position, found);
    }
    for (const indexed_entry& each : found) {
        const located_entry held{each.ref, log_.at(each.ref)};
        const bool concerned = with_tombstones || held.is_live();
        if (concerned && held.held.stamp() < older_than) remove(held, each.hash);
    }
    return position;
}

}  // namespace backend
