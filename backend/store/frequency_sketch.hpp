// How often keys were asked for lately, roughly: a count-min sketch (G. Cormode, S. Muthukrishnan,
// 2005) with four counters of four bits for a key,
// all halved after ten requests for each entry. That is TinyLFU's (G. Einziger, R. Friedman, B.
// Manes, "TinyLFU: a highly efficient cache admission policy", 2017).
//
// Never too low but by halving; too high where keys share all their counters. 16 counters, 8 bytes,
// for an entry, up to 16 bytes after doubling. Part of a shard's eviction, under its lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace backend {

class frequency_sketch {
  public:
    static constexpr unsigned most = 15;

    /// Counts a request. `entries`, how many the cache holds, sets the size and when to halve.
    void count(std::uint32_t hash, std::size_t entries) noexcept;

    /// How often the key was asked for, up to `most`.
    unsigned estimate(std::uint32_t hash) const noexcept;

    /// Gives memory back if it is for more than four times as many entries.
    void shrink(std::size_t entries) noexcept;

    std::size_t bytes() const noexcept { return words_.capacity() * sizeof(std::uint64_t); }

  private:
    static constexpr unsigned rows = 4;

    struct place {
        std::size_t word;
        unsigned shift;
    };

    place place_of(std::uint32_t hash, unsigned row) const noexcept;
    void grow(std::size_t words) noexcept;
    void halve() noexcept;

    std::vector<std::uint64_t> words_;  // 16 counters each; their number is a power of two
    std::size_t counted_ = 0;           // since the last halving
};

}  // namespace backend
