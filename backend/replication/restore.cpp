#include "backend/replication/restore.hpp"

#include <charconv>

namespace backend {
namespace {

constexpr std::string_view note_of_seen = "log-seen";
constexpr std::string_view note_of_floor = "log-floor";
constexpr std::string_view note_of_drop = "log-dropped";
constexpr std::size_t entries_at_once = 8;  // few, for they may be large

}  // namespace

effect seen_note(const progress& seen, std::string& room) {
    room = std::to_string(seen.run);
    return {.kind = effect_kind::mark, .stamp = seen.seen, .key = room, .value = note_of_seen};
}

effect drop_note(version floor) noexcept {
    return {.kind = effect_kind::mark, .stamp = floor, .value = note_of_drop};
}

void restorer::apply(const effect& what, shared::unix_ms now) {
    if (what.kind == effect_kind::mark) take_note(what);
    const bool expired =
        what.kind == effect_kind::set && what.expires_at != 0 && what.expires_at <= now;
    if (expired && tombstones_) {
        // The partner may hold something older that this has replaced.
        return apply({.kind = effect_kind::erase, .stamp = what.stamp, .key = what.key}, now);
    }
    data_.merge(what, now);
}

void restorer::take_note(const effect& what) {
    if (what.value == note_of_seen && what.stamp >= seen_.seen) {
        const auto* const end = what.key.data() + what.key.size();
        std::uint64_t run = 0;
        const bool whole = std::from_chars(what.key.data(), end, run).ptr == end;
        seen_ = whole ? progress{.seen = what.stamp, .run = run} : progress{};
    }
    if (what.value == note_of_floor && tombstones_) data_.raise_tombstone_floor(what.stamp);
    if (what.value == note_of_drop) {
        data_.drop_older_than(what.stamp);
        seen_ = {};
    }
}

// What was seen is noted before the walk: the data have at least that. The floor after it: what was
// forgotten meanwhile may not have been visited.
data_scan scan_for_log(store& data, const progress& seen, std::function<shared::unix_ms()> now) {
    return [&data, seen, now = std::move(now), cursor = scan_cursor(),
            begun = false](const std::function<void(const effect&)>& visit) mutable {
        std::string room;
        if (!begun && seen.seen != 0) visit(seen_note(seen, room));
        begun = true;
        if (data.scan(cursor, entries_at_once, visit, now())) return true;
        if (const auto floor = data.tombstone_floor(); floor != 0)
            visit({.kind = effect_kind::mark, .stamp = floor, .value = note_of_floor});
        return false;
    };
}

}  // namespace backend
