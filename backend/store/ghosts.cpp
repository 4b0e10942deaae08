#include "backend/store/ghosts.hpp"

#include <algorithm>
#include <new>

namespace backend {
namespace {

constexpr std::size_t buckets_for(std::size_t wanted) noexcept {
    if (wanted == 0) return 0;
    return std::max<std::size_t>(1, (wanted + ghosts::bucket_size / 2) / ghosts::bucket_size);
}

constexpr std::uint16_t fingerprint_of(std::uint32_t hash) noexcept {
    const auto low = static_cast<std::uint16_t>(hash);
    return low != 0 ? low : 1;
}

}  // namespace

ghosts::bucket& ghosts::bucket_of(std::uint32_t hash) noexcept {
    return buckets_[static_cast<std::uint64_t>(hash) * buckets_.size() >> 32U];
}

void ghosts::resize(std::size_t buckets) noexcept {
    buckets_ = std::vector<bucket>();  // which gives the memory back, as {} would not
    try {
        buckets_.resize(buckets);
    } catch (const std::bad_alloc&) {
        buckets_ =
            std::vector<bucket>();  // without memory nothing is remembered, which harms nobody
    }
}

void ghosts::remember(std::uint32_t hash, std::size_t wanted) noexcept {
    shrink(wanted);
    const std::size_t buckets = buckets_for(wanted);
    if (buckets > 2 * buckets_.size()) resize(buckets);
    if (buckets_.empty()) return;
    bucket& home = bucket_of(hash);
    std::move_backward(home.begin(), home.end() - 1, home.end());
    home.front() = fingerprint_of(hash);
}

bool ghosts::take(std::uint32_t hash) noexcept {
    if (buckets_.empty()) return false;
    bucket& home = bucket_of(hash);
    const auto found = std::find(home.begin(), home.end(), fingerprint_of(hash));
    if (found == home.end()) return false;
    std::move(found + 1, home.end(), found);
    home.back() = 0;
    return true;
}

void ghosts::shrink(std::size_t wanted) noexcept {
    const std::size_t buckets = buckets_for(wanted);
    if (buckets_.size() > 2 * buckets) resize(buckets);
}

}  // namespace backend
