// Walking through all entries in the order of shards and hashes, for the full exchange between
// partners. The order does not depend on the size of an index, so a cursor stays right while the
// index is resized, and every call comes nearer to the end.
#include "backend/store/group.hpp"
#include "backend/store/shard.hpp"
#include "backend/store/store.hpp"
#include "shared/hash/hash.hpp"

namespace backend {
namespace {

/// An expired entry is as good as a tombstone.
effect effect_of(entry held, shared::unix_ms now) noexcept {
    if (held.is_tombstone() || held.expired(now)) {
        return {.kind = effect_kind::erase, .stamp = held.stamp(), .key = held.key()};
    }
    return {.kind = effect_kind::set,
            .stamp = held.stamp(),
            .expires_at = held.expires_at(),
            .key = held.key(),
            .value = held.value()};
}

}  // namespace

bool store::scan(scan_cursor& cursor, std::size_t entries,
                 const std::function<void(const effect&)>& visit, shared::unix_ms now) {
    if (cursor.shard >= shards_.size()) return false;
    shard& scanned = *shards_[cursor.shard];
    const shard_lock held(*this, scanned);
    const version watermark = scanned.watermark();
    const version flushed = around_->newest_flush.load(std::memory_order_relaxed);
    if (cursor.shard == 0 && cursor.position == 0 && flushed != 0) {
        visit({.kind = effect_kind::flush, .stamp = flushed});
    }
    std::vector<indexed_entry> found;
    do {
        cursor.position = scanned.index().collect(cursor.position, found);
    } while (found.size() < entries && cursor.position < entry_index::end);
    for (const indexed_entry& each : found) {
        const entry each_entry = scanned.at(each.ref);
        if (each_entry.stamp() < watermark) continue;
        if (each_entry.expired(now) && !around_->must_remember(each_entry.stamp())) continue;
        visit(effect_of(each_entry, now));
    }
    if (cursor.position == entry_index::end) cursor = {.shard = cursor.shard + 1, .position = 0};
    return cursor.shard < shards_.size();
}

// From a random place in the order of hashes on: one of several entries, for the first alone would
// be the likelier the wider the gap of hashes before it.
std::optional<std::string> store::random_key(shared::unix_ms now) {
    constexpr std::size_t candidates = 32;
    const version stamp = clock_.next(now);
    const std::uint64_t chance =
        shared::xxh3({reinterpret_cast<const char*>(&stamp), sizeof stamp});
    std::vector<std::string> found;
    const auto keep = [&found](const effect& what) {
        if (what.kind == effect_kind::set) found.emplace_back(what.key);
    };
    const auto go_on = [&](scan_cursor from) {
        while (found.size() < candidates && scan(from, candidates, keep, now)) {
        }
    };
    if (size() > candidates) {
        go_on({.shard = shard_index(chance), .position = static_cast<std::uint32_t>(chance)});
    }
    if (found.size() < candidates) go_on({});
    if (found.empty()) return std::nullopt;
    return std::move(found[(chance >> 32U) % found.size()]);
}

}  // namespace backend
