// The bound of "Consistent Hashing with Bounded Loads" (Mirrokni, Thorup and Zadimoghaddam, SODA
// 2018; HAProxy's hash-balance-factor): no backend has more than c times its weighted share of the
// requests under way. Pure. The count is one worker's own: workers share nothing, so each keeps
// the bound for the load that it causes.
#pragma once

#include "proxy/policy/policy.hpp"

#include <cstddef>
#include <span>

namespace proxy {

/// True if one more request fits: with it the backend `who` has at most
/// ceil(max_load * m * weight / total weight) of the m requests that are then under way at usable
/// backends. False if it is not usable or has no weight. Requires: `max_load` is at least 1.
bool has_room_for_one(std::size_t who, std::span<const candidate> candidates,
                      double max_load) noexcept;

}  // namespace proxy
