// The index of a shard: from a hash to where the entries of that hash lie, in 11 bytes an entry on
// average and 12.2 at most from 60,000 entries on; below, up to 23 while it grows. Owns its buckets
// (index_bucket.hpp draws one), knows nothing of entries: their whole hashes are in the buckets, so
// no entry is read to move or to collect it. To be touched under the shard's lock only.
//
// The buckets stand in the order of hashes and stay in it whatever their number (bucket_array.hpp).
// Two things follow:
//
// - Resizing moves home after home, a few with each change, from `current_` to `next_`. What has
//   its home in `current_` below `moved_` is in `next_`, the rest in `current_`: each hash has one
//   place. A step is an eighth, so that the buckets are always well filled, and the pages that have
//   been emptied go back to the kernel on the way: growing needs no memory for two arrays.
//
//      current_  │ given back │ · │ · │ a │ b │ c │ d │          moved_: the home of a
//      next_     │ e │ f │ g │ h │ i │ not touched yet    │
//
//   Hashes are spread evenly, but what goes may go in their order: who deletes what SCAN tells
//   leaves the high ones. Squeezed into an array for fewer, or met by new ones, these would have to
//   go far beyond their homes. So the entries of 32 ranges of hashes are counted, and the fullest
//   range decides, too.
//
// - A hash is a position for walking through the entries that no resizing disturbs: `collect`
//   from 0 to `end` meets every entry that is there all the time, exactly once.
#pragma once

#include "backend/store/bucket_array.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace backend {

class entry_index {
  public:
    static constexpr std::uint64_t end = 1ULL << 32U;  // the position behind the last hash
    static constexpr std::size_t most_buckets = (1ULL << 32U) - 1;

    /// More than `most` buckets are never made. Throws std::bad_alloc if there is no memory for the
    /// first ones. Requires: `most` is 2 to `most_buckets`.
    explicit entry_index(std::size_t most = most_buckets);

    /// `is_it(entry_ref)` is asked for each entry of that very hash until it says true: that entry,
    /// `no_entry` if there is none. It must not change the index.
    template <typename IsIt>
    entry_ref find(std::uint32_t hash, const IsIt& is_it) const {
        return array_of(hash).find(hash, is_it);
    }

    /// False if there is no memory for it: nothing has changed. Equal hashes, and even equal pairs,
    /// may be in it more than once. Requires: `ref` is not `no_entry`.
    bool insert(std::uint32_t hash, entry_ref ref) noexcept;

    /// Requires: it is there.
    void remove(std::uint32_t hash, entry_ref ref) noexcept;

    /// Requires: `from` is there, `to` is not `no_entry`.
    void relocate(std::uint32_t hash, entry_ref from, entry_ref to) noexcept {
        array_of(hash).relocate(hash, from, to);
    }

    /// Appends the entries of the next bucket whose hashes are at least `position`; the position
    /// to go on from, up to `end`. Requires: `position` is below `end`. Throws std::bad_alloc.
    std::uint64_t collect(std::uint64_t position, std::vector<indexed_entry>& into) const;

    std::size_t size() const noexcept { return size_; }

    /// Memory that the buckets take: of a large array only the pages that are in use.
    std::size_t bytes() const noexcept { return current_.bytes() + next_.bytes(); }

  private:
    bool is_moved(std::uint32_t hash) const noexcept { return current_.home(hash) < moved_; }
    const bucket_array& array_of(std::uint32_t hash) const noexcept {
        return is_moved(hash) ? next_ : current_;
    }
    bucket_array& array_of(std::uint32_t hash) noexcept {
        return is_moved(hash) ? next_ : current_;
    }
    std::size_t fitting_count() noexcept;
    std::size_t shrunk_count() noexcept;
    double in_fullest_range() const noexcept;
    bool is_crowded(std::uint32_t hash) const noexcept;
    void clear() noexcept;
    void take(bucket_array now) noexcept;
    void begin_resizing() noexcept;
    void go_on_resizing() noexcept;

    bucket_array current_;
    bucket_array next_;      // exists while resizing
    std::size_t moved_ = 0;  // homes of `current_` whose entries are in `next_` already
    std::size_t size_ = 0;
    std::size_t most_;                        // buckets
    std::array<std::size_t, 32> in_range_{};  // entries by the high bits of their hashes
    std::size_t most_in_range_ = 0;           // beyond it a range is too full for `current_`
    bool crowded_ = false;                    // an insertion has found its range too full
    std::size_t too_skewed_at_ = SIZE_MAX;    // with so many entries it could not shrink
};

}  // namespace backend
