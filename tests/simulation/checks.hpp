// What must be true: in the course of a run, and of the two sides when all has healed. Each throws
// `violation`.
#pragma once

#include "backend/store/store.hpp"
#include "tests/simulation/settings.hpp"

#include <cstddef>
#include <cstdint>

namespace simulation {

struct world;

/// Bytes of the longest record that is ever sent.
std::size_t record_bound(const settings& config) noexcept;

/// Bytes that the exchange may append to an outbox beyond its bound, of a store of that size.
std::size_t outbox_slack(std::uint64_t used_memory) noexcept;

/// A side that says that it has all of its partner's has at least what the partner had, among the
/// first `known` changes.
void check_caught_up(world& around, unsigned side, std::size_t known);

/// Not more tombstones than a sixteenth of the memory has room for.
void check_tombstones(world& around, unsigned side, std::uint64_t tombstones);

/// The two sides have the same, and nothing that was promised is missing or back.
void check_end(world& around);

}  // namespace simulation
