// Latencies, kept in buckets that grow with the value (as in Gil Tene's HdrHistogram): each power
// of two is cut into 128, so a percentile is at most 0.8 % above the true one. Pure; one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace bench {

class histogram {
  public:
    /// Nanoseconds; a negative one counts as 0, one above 2^40 (18 minutes) as that.
    void add(std::int64_t latency) noexcept;

    void clear() noexcept { *this = histogram(); }

    /// The upper end of the bucket that holds the given share (0 to 1) of all values, in
    /// nanoseconds, but no more than `max()`; 0 when there is no value.
    std::int64_t percentile(double share) const noexcept;

    /// Calls `visit(upper end in nanoseconds, count)` for each bucket that is not empty, in rising
    /// order: what the histograms of several runs can be put together from.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t bucket = 0; bucket < size; ++bucket) {
            if (buckets_[bucket] != 0)
                visit(std::min(static_cast<std::int64_t>(end_of(bucket)), max_), buckets_[bucket]);
        }
    }

    std::int64_t max() const noexcept { return max_; }
    std::uint64_t count() const noexcept { return count_; }

  private:
    static constexpr unsigned fine_bits = 7;
    static constexpr unsigned largest_bits = 40;
    static constexpr std::size_t size = (largest_bits - fine_bits + 1) << fine_bits;

    static std::size_t bucket_of(std::uint64_t value) noexcept;
    static std::uint64_t end_of(std::size_t bucket) noexcept;

    std::array<std::uint32_t, size> buckets_{};
    std::uint64_t count_ = 0;
    std::int64_t max_ = 0;
};

}  // namespace bench
