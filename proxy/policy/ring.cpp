#include "proxy/policy/ring.hpp"

#include "shared/hash/hash.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace proxy {

ring::ring(std::span<const weighted_backend> backends) {
    const auto members = members_by_name(backends);
    std::size_t weight = 0;
    for (const std::size_t i : members) weight += backends[i].weight;
    if (weight > most_points / points_per_weight)
        throw std::invalid_argument("a ring has at most " +
                                    std::to_string(most_points / points_per_weight) +
                                    " as the sum of its weights, not " + std::to_string(weight));
    points_.reserve(weight * points_per_weight);
    for (const std::size_t i : members) {
        const std::string prefix = std::string(backends[i].name) + "-";
        for (std::size_t n = 0; n < backends[i].weight * points_per_weight; ++n)
            points_.push_back(
                {shared::xxh3(prefix + std::to_string(n)), static_cast<std::uint16_t>(i)});
    }
    // Of two points at one place the same is first in every list.
    std::ranges::sort(
        points_, {}, [&](const point& one) { return std::pair(one.at, backends[one.owner].name); });
}

}  // namespace proxy
