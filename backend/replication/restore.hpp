// A record of the log, applied to the store when the program starts. Pure; one thread.
#pragma once

#include "backend/store/store.hpp"

namespace backend {

/// As `merge`, and with `tombstones`, as the store keeps them, a delete of a key that is absent is
/// remembered, too: the log of one side is not in the order of both sides' versions, and the
/// partner may still have the key.
void restore(store& data, const effect& what, bool tombstones, shared::unix_ms now);

}  // namespace backend
