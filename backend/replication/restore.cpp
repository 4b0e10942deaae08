#include "backend/replication/restore.hpp"

namespace backend {

void restore(store& data, const effect& what, bool tombstones, shared::unix_ms now) {
    if (data.merge(what, now) || what.kind != effect_kind::erase || !tombstones) return;
    // A merge buries what is there. So something older is, unless what is there is newer.
    const effect older{.kind = effect_kind::set, .stamp = what.stamp - 1, .key = what.key};
    if (data.merge(older, now)) data.merge(what, now);
}

}  // namespace backend
