// Consistent hashing as it was first described (Karger et al., "Consistent hashing and random
// trees", STOC 1997): backends have points on a circle, and a hash belongs to the first point at or
// after it. Removing a backend moves its own keys and no other; the price is balance, for
// arcs are of random length: with 160 points each the largest share is some 1.1 to 1.3 of the mean.
// The default layout does better in both; this one is for those who want a plain ring.
#pragma once

#include "proxy/policy/point_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace proxy {

class ring final : public point_ring<std::uint64_t> {
  public:
    static constexpr std::size_t points_per_weight = 160;
    static constexpr std::size_t most_points = std::size_t{1} << 22;

    /// A backend of weight w has 160 w points, number i at xxh3("name-i"): they depend on the
    /// others neither in number nor in place. Throws as `members_by_name` does, and
    /// std::invalid_argument if all points are more than 4,194,304. The names need not outlive the
    /// call.
    explicit ring(std::span<const weighted_backend> backends);

    /// The first point at or after `spread(hash)`.
    std::size_t place(std::uint64_t hash) const noexcept override { return first_at(spread(hash)); }
};

}  // namespace proxy
