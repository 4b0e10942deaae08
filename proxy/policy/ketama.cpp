#include "proxy/policy/ketama.hpp"

#include "shared/hash/md5.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace proxy {
namespace {

constexpr int points_per_backend = 160;
constexpr int points_per_digest = 4;

/// The digests that a backend's points come from. The types are twemproxy's: the sum with 1e-10 is
/// the only step in double precision.
std::size_t digests_of(std::uint32_t weight, std::uint32_t total, std::size_t backends) {
    const float part = static_cast<float>(weight) / static_cast<float>(total);
    const float exact =
        part * points_per_backend / points_per_digest * static_cast<float>(backends);
    return static_cast<std::size_t>(
        std::floor(static_cast<float>(static_cast<double>(exact) + 0.0000000001)));
}

std::uint32_t word_of(const shared::md5_bytes& digest, std::size_t which) noexcept {
    const auto* bytes = digest.data() + 4 * which;
    return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8U |
           std::uint32_t{bytes[2]} << 16U | std::uint32_t{bytes[3]} << 24U;
}

}  // namespace

ketama::ketama(std::span<const weighted_backend> backends) {
    const auto members = members_by_name(backends);
    std::uint32_t total = 0;
    for (const std::size_t i : members) total += backends[i].weight;

    for (const std::size_t i : members) {
        const std::string prefix = std::string(backends[i].name) + "-";
        const std::size_t digests = digests_of(backends[i].weight, total, members.size());
        for (std::size_t n = 0; n < digests; ++n) {
            const auto digest = shared::md5_digest(prefix + std::to_string(n));
            for (std::size_t word = 0; word < points_per_digest; ++word)
                points_.push_back({word_of(digest, word), static_cast<std::uint16_t>(i)});
        }
    }
    std::ranges::sort(points_, {}, [](const point& one) { return std::pair(one.at, one.owner); });
}

}  // namespace proxy
