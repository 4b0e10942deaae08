#include "tests/bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bench {

// Values below 2^7 have a bucket each; above, the leading bit chooses the group, the next 7 the
// bucket in it.
std::size_t histogram::bucket_of(std::uint64_t value) noexcept {
    const auto bits = static_cast<unsigned>(std::bit_width(value));
    if (bits <= fine_bits) return value;
    const unsigned shift = bits - fine_bits - 1;
    return (static_cast<std::size_t>(shift) << fine_bits) + (value >> shift);
}

std::uint64_t histogram::end_of(std::size_t bucket) noexcept {
    const std::size_t group = bucket >> fine_bits;
    if (group < 2) return bucket;
    const std::size_t shift = group - 1;
    return ((bucket - (shift << fine_bits) + 1) << shift) - 1;
}

void histogram::add(std::int64_t latency) noexcept {
    constexpr std::int64_t largest = (std::int64_t{1} << largest_bits) - 1;
    latency = std::clamp<std::int64_t>(latency, 0, largest);
    ++buckets_[bucket_of(static_cast<std::uint64_t>(latency))];
    ++count_;
    max_ = std::max(max_, latency);
}

std::int64_t histogram::percentile(double share) const noexcept {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(share * static_cast<double>(count_));
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < size; ++bucket) {
        seen += buckets_[bucket];
        if (seen >= rank) return std::min(static_cast<std::int64_t>(end_of(bucket)), max_);
    }
    return max_;
}

}  // namespace bench
