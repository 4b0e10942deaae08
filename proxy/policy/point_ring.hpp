// What layouts that are rings share: points in ascending order, each with the backend that owns it,
// and a place that belongs to the first point at or after it, past the last one to the first.
#pragma once

#include "proxy/policy/placement.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace proxy {

template <typename Position>
class point_ring : public placement {
  public:
    struct point {
        Position at;
        std::uint16_t owner;
    };

    std::size_t home(std::uint64_t hash) const noexcept final { return points_[place(hash)].owner; }
    std::size_t places() const noexcept final { return points_.size(); }

    /// In ascending order of `at`.
    std::span<const point> points() const noexcept { return points_; }

  protected:
    std::size_t first_at(Position where) const noexcept {
        const auto found = std::ranges::lower_bound(points_, where, {}, &point::at);
        return found == points_.end() ? 0 : static_cast<std::size_t>(found - points_.begin());
    }

    std::vector<point> points_;  // filled and sorted by the constructor of the layout
};

}  // namespace proxy
