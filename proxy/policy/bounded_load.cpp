#include "proxy/policy/bounded_load.hpp"

#include <cmath>

namespace proxy {

bool has_room_for_one(std::size_t who, std::span<const candidate> candidates,
                      double max_load) noexcept {
    if (!candidates[who].eligible()) return false;
    double in_flight = 1;
    double weight = 0;
    for (const auto& one : candidates) {
        if (!one.eligible()) continue;
        in_flight += one.in_flight;
        weight += one.weight;
    }
    const double most = std::ceil(max_load * in_flight * candidates[who].weight / weight);
    return candidates[who].in_flight + 1.0 <= most;
}

}  // namespace proxy
