// Where an entry lies in the log of entries of its shard. Opaque to all but the log.
#pragma once

#include <cstdint>

namespace backend {

/// 40 bits are used: 20 bits of segment, 20 bits of offset.
using entry_ref = std::uint64_t;

inline constexpr unsigned entry_ref_bits = 40;
inline constexpr entry_ref no_entry = (1ULL << entry_ref_bits) - 1;

}  // namespace backend
