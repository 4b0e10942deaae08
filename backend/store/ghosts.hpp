// The keys that were evicted lately, as fingerprints. Part of a shard's eviction, under its lock.
//
// A table of buckets, each a queue of 32 fingerprints of 16 bits: 2 bytes a key. The bucket comes
// from the high bits of a key's hash, the fingerprint from the low ones. A new fingerprint pushes
// the oldest of its bucket out, so the table as a whole forgets roughly in the order in which it
// was told: buckets fill unevenly, with a standard deviation of 18 %. A key that was never here is
// taken for one that was with a chance of 32 / 65,536.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace backend {

class ghosts {
  public:
    static constexpr std::size_t bucket_size = 32;

    /// Remembers the key. `wanted` is how many the table should remember, the number of live
    /// entries: the table is made anew, empty, once that has doubled or halved since.
    void remember(std::uint32_t hash, std::size_t wanted) noexcept;

    /// Whether the key is remembered; it no longer is afterwards.
    bool take(std::uint32_t hash) noexcept;

    /// Makes the table anew, empty, if it is more than twice as large as `wanted` asks for.
    void shrink(std::size_t wanted) noexcept;

    std::size_t capacity() const noexcept { return buckets_.size() * bucket_size; }
    std::size_t bytes() const noexcept { return buckets_.capacity() * sizeof(bucket); }

  private:
    // Newest first; 0 is an empty place.
    using bucket = std::array<std::uint16_t, bucket_size>;

    bucket& bucket_of(std::uint32_t hash) noexcept;
    void resize(std::size_t buckets) noexcept;

    std::vector<bucket> buckets_;
};

}  // namespace backend
