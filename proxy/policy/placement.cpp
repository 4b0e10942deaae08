#include "proxy/policy/placement.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace proxy {
namespace {

constexpr std::size_t most_backends = std::numeric_limits<std::uint16_t>::max() + std::size_t{1};

}  // namespace

std::vector<std::size_t> members_by_name(std::span<const weighted_backend> backends) {
    if (backends.empty()) throw std::invalid_argument("a pool needs at least one backend");
    if (backends.size() > most_backends)
        throw std::invalid_argument("a pool has at most " + std::to_string(most_backends) +
                                    " backends");
    std::vector<std::size_t> order(backends.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto name = [&](std::size_t i) { return backends[i].name; };
    std::ranges::sort(order, {}, name);
    const auto twin = std::ranges::adjacent_find(order, {}, name);
    if (twin != order.end())
        throw std::invalid_argument("two backends have the name \"" + std::string(name(*twin)) +
                                    "\"");
    std::erase_if(order, [&](std::size_t i) { return backends[i].weight == 0; });
    if (order.empty()) throw std::invalid_argument("every backend of the pool has weight 0");
    return order;
}

}  // namespace proxy
