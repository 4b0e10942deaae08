#include "proxy/policy/least_connections.hpp"

namespace proxy {
namespace {

// a.in_flight / a.weight < b.in_flight / b.weight, exactly and without a division.
bool less_loaded(const candidate& a, const candidate& b) noexcept {
    return std::uint64_t{a.in_flight} * b.weight < std::uint64_t{b.in_flight} * a.weight;
}

}  // namespace

std::size_t least_connections::pick(std::uint64_t /*hash*/, std::span<const candidate> candidates) {
    std::size_t best = npos;
    for (std::size_t step = 0; step < candidates.size(); ++step) {
        const std::size_t i = (next_ + step) % candidates.size();
        if (!candidates[i].eligible()) continue;
        if (best == npos || less_loaded(candidates[i], candidates[best])) best = i;
    }
    if (best != npos) next_ = best + 1;
    return best;
}

}  // namespace proxy
