// How a partner's effects are applied: the newer version wins, and of equal ones always the same,
// whatever the order of arrival. That makes both sides equal once each has the other's effects.
// Pure.
#include "backend/store/shard.hpp"

#include <mutex>

namespace backend {
namespace {

/// Of two effects of one version, which partners may give before their first link, either side
/// takes the same: a set rather than a delete, which may be that of its own time by a clock that
/// was ahead; then the larger value; then the later time.
bool beats(const effect& what, entry held) noexcept {
    if (what.stamp != held.stamp()) return what.stamp > held.stamp();
    if (what.kind != effect_kind::set) return false;
    if (held.is_tombstone()) return true;
    if (const int order = what.value.compare(held.value()); order != 0) return order > 0;
    const auto later = [](shared::unix_ms time) { return time == 0 ? shard::no_expiry : time; };
    return later(what.expires_at) > later(held.expires_at());
}

}  // namespace

// What has expired on its way is taken as its delete: the partner may lose it, and bring back what
// it had replaced.
bool shard::merge(const effect& told, std::uint32_t hash, shared::unix_ms now) {
    effect what = told;
    const bool expired = told.expires_at != 0 && told.expires_at <= now;
    if (expired) what.kind = effect_kind::erase;
    if (what.stamp < watermark()) return false;
    const located_key key{what.key, hash};
    // Not `find`: an expired entry that has not been removed yet still knows its version.
    const entry_ref ref = index_.find(
        hash, [&](entry_ref candidate) { return log_.at(candidate).key() == key.text; });
    located_entry held{ref, ref != no_entry ? log_.at(ref) : entry()};
    if (held && held.held.stamp() < watermark()) {
        remove(held, hash);
        held = {};
    }
    if (held && !beats(what, held.held)) return false;
    return what.kind == effect_kind::set ? merge_set(held, what, key)
                                         : merge_erase(held, what, key);
}

bool shard::merge_set(const located_entry& held, const effect& what, const located_key& key) {
    const bool fits = around_.fits(key.text.size(), what.value.size());
    if (fits && put(held, key, what.value, what.expires_at, what.stamp)) return true;
    // What can't be held here is newer all the same, so the present value is wrong. A tombstone
    // may stay: it still beats what is older than itself.
    if (!held.is_live()) return false;
    remove(held, key.hash);
    return true;
}

// An absent key gets a tombstone, too: the partner may lose its own with the end of its log, and
// bring back what it has deleted.
bool shard::merge_erase(const located_entry& held, const effect& what, const located_key& key) {
    if (!held) return static_cast<bool>(bury_absent(key, what.stamp));
    bury(held, key, what.stamp);
    return true;
}

}  // namespace backend
