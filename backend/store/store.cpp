#include "backend/store/store.hpp"

#include "backend/store/group.hpp"
#include "backend/store/shard.hpp"
#include "shared/hash/hash.hpp"

#include <algorithm>
#include <bit>
#include <mutex>

namespace backend {
namespace {

constexpr std::uint64_t tombstone_part = 16;  // of the memory: one part for tombstones
constexpr std::uint64_t most_shards = 16;
constexpr std::uint64_t memory_for_a_shard = 8UL << 20U;
constexpr std::size_t dropped_at_once = 256;  // entries looked at under one lock

}  // namespace

unsigned shards_for(std::uint64_t memory) noexcept {
    const std::uint64_t wanted =
        std::clamp<std::uint64_t>(memory / memory_for_a_shard, 1, most_shards);
    return static_cast<unsigned>(std::bit_floor(wanted));
}

store::store(const store_options& options, hybrid_clock& clock, effect_sink* sink)
    : options_(options),
      clock_(clock),
      sink_(sink),
      around_(std::make_unique<shard_surroundings>()),
      eviction_name_(options.eviction),
      eviction_(make_eviction_policy(options.eviction)),
      leases_(options.shards),
      watches_(options.shards),
      shard_bits_(static_cast<unsigned>(std::countr_zero(options.shards))) {
    around_->tombstones = options.tombstones;
    around_->memory = options.memory;
    for (unsigned i = 0; i < options.shards; ++i) {
        shards_.push_back(std::make_unique<shard>(*around_, *eviction_));
        shards_.back()->set_segment_size(segment_size());
    }
    const std::uint64_t rounding = options.tombstones ? options.shards * 3 * entry_log::cost(1) : 0;
    empty_ = used_memory() + rounding + eviction_policy::spare_bytes;
    divide_memory();
}

/// Beside the largest entry: the empty indexes, all the tombstones with the pages that they have
/// begun at both ends, the policy.
void store::divide_memory() noexcept {
    const std::uint64_t memory = options_.memory;
    const std::uint64_t for_tombstones = options_.tombstones ? memory / tombstone_part : 0;
    const std::uint64_t taken = empty_ + for_tombstones;
    around_->memory = memory;
    around_->tombstone_memory = for_tombstones / shards_.size();
    around_->largest_entry = memory > taken ? memory - taken : 0;
}

store::~store() = default;

std::size_t store::segment_size() const noexcept {
    return entry_log::segment_size_for(options_.memory / options_.shards);
}

// The shard is chosen by the highest bits, the place within it by the lowest 32.
std::size_t store::shard_index(std::uint64_t hash) const noexcept {
    return (hash >> 32U) >> (32U - shard_bits_);
}

shard& store::shard_of(std::uint64_t hash) const noexcept {
    return *shards_[shard_index(hash)];
}

bool store::could_hold(std::size_t key_size, std::size_t value_size) const noexcept {
    return around_->fits(key_size, value_size);
}

store::entry_access store::open(std::string_view key, shared::unix_ms now) {
    return entry_access(*this, key, now);
}

bool store::merge(const effect& what, shared::unix_ms now, effect_sink* log) {
    clock_.observe(what.stamp);
    if (what.kind == effect_kind::mark) return false;
    if (what.kind == effect_kind::flush) {
        const bool raised = raise_watermark(what.stamp);
        if (raised && log != nullptr) log->on_effect(what);
        return raised;
    }
    const std::uint64_t hash = shared::xxh3(what.key);
    bool changed = false;
    {
        shard& home = shard_of(hash);
        const std::lock_guard held(home);
        changed = home.merge(what, static_cast<std::uint32_t>(hash), now);
        if (changed && log != nullptr) log->on_effect(what);
        const bool arrives =
            what.kind == effect_kind::set && (what.expires_at == 0 || what.expires_at > now);
        if (changed && arrives) watches_[shard_index(hash)].on_arrival(hash);
        leases_[shard_index(hash)].end(hash);  // even of an absent key that the partner deletes
    }
    if (changed) make_room(now);
    return changed;
}

// A change that took its version before the flush, but its lock after it, can't be: versions are
// taken under the lock. So whatever a shard holds when its watermark rises is older, or is a change
// made after the flush began, and stays.
// The sink is told before anything goes: a rewrite of the log begins with the newest flush told. A
// walk shows it even before that: a link that opens now comes too late for the sink, which had
// nobody to send it to, and may walk past the watermarks before they rise.
void store::flush(shared::unix_ms now) {
    const version stamp = clock_.next(now);
    shard_surroundings::raise(around_->newest_flush, stamp);
    if (sink_ != nullptr) sink_->on_effect({.kind = effect_kind::flush, .stamp = stamp});
    raise_watermark(stamp);
}

bool store::raise_watermark(version stamp) {
    shard_surroundings::raise(around_->newest_flush, stamp);
    bool raised = false;
    std::size_t index = 0;
    for (const auto& each : shards_) {
        const shard_lock held(*this, *each);
        raised |= stamp > each->watermark();
        leases_[index++].end_all();
        each->raise_watermark(stamp);
    }
    if (raised) drop(stamp, true);
    return raised;
}

void store::drop_older_than(version floor) {
    drop(floor, false);
}

void store::drop(version older_than, bool with_tombstones) {
    for (const auto& each : shards_) {
        for (std::uint64_t position = 0; position < entry_index::end;) {
            const shard_lock held(*this, *each);
            position = each->drop(position, older_than, with_tombstones, dropped_at_once);
        }
    }
}

void store::forget_tombstones(version acknowledged_below, version too_old_below) {
    shard_surroundings::raise(around_->needless_below, acknowledged_below);
    around_->too_old_below.store(too_old_below, std::memory_order_relaxed);
    for (const auto& each : shards_) {
        const std::lock_guard held(*each);
        each->forget_tombstones(std::max(acknowledged_below, too_old_below));
    }
}

version store::tombstone_floor() const noexcept {
    return around_->tombstone_floor.load(std::memory_order_relaxed);
}

void store::raise_tombstone_floor(version floor) noexcept {
    around_->raise_floor(floor);
}

std::uint64_t store::used_memory() const noexcept {
    return around_->used_memory.load(std::memory_order_relaxed) + eviction_->bytes();
}

std::uint64_t store::size() const {
    std::uint64_t total = 0;
    for (const auto& each : shards_) {
        const shard_lock held(*this, *each);
        total += each->live();
    }
    return total;
}

store_stats store::stats() const {
    store_stats total{};
    for (const auto& each : shards_) {
        const shard_lock held(*this, *each);
        total.data_bytes += each->data_bytes();
        total.keys += each->live();
        total.keys_with_expiry += each->with_expiry();
        total.tombstones += each->tombstones();
        total.evicted += each->counters.evicted;
        total.expired += each->counters.expired;
        total.hits += each->counters.hits;
        total.misses += each->counters.misses;
    }
    total.used_memory = used_memory();
    return total;
}

}  // namespace backend
