// Entries by a number, smallest first: by the time when they expire, or tombstones by version.
// A 4-ary heap (D. B. Johnson, "Priority queues with update", 1975) that tells each entry its slot,
// so that any entry can be taken out. Exact: logarithmic in time, 16 bytes for each entry in it.
// In pieces, so that growing copies nothing. Owns no entry; to be touched under the shard's lock.
#pragma once

#include "backend/store/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace backend {

class entry_heap {
  public:
    /// What a heap takes at most beyond the 16 bytes for each entry, however few they are.
    static constexpr std::size_t spare_bytes = 4096;

    /// Requires: `added` is in no heap.
    void push(entry& added, std::uint64_t rank);

    /// Requires: `removed` is in this heap.
    void remove(entry& removed) noexcept;

    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }

    /// Requires: not empty.
    entry& lowest() const noexcept { return *at(0).owner; }
    std::uint64_t lowest_rank() const noexcept { return at(0).rank; }

    /// Memory that the heap takes.
    std::size_t bytes() const noexcept;

  private:
    struct item {
        std::uint64_t rank;
        entry* owner;
    };

    static constexpr std::size_t piece_size = 64;
    static constexpr std::size_t children = 4;

    item& at(std::size_t slot) const noexcept {
        return pieces_[slot / piece_size][slot % piece_size];
    }
    void put(std::size_t slot, const item& what) noexcept;
    void sift_up(std::size_t slot, const item& what) noexcept;
    void sift_down(std::size_t slot, const item& what) noexcept;
    void release_pieces() noexcept;

    std::vector<std::unique_ptr<item[]>> pieces_;
    std::size_t size_ = 0;
};

}  // namespace backend
