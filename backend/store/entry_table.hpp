// The index of a shard: chained buckets of entries, in the order of their hashes. Owns the buckets,
// not the entries. To be touched under the shard's lock only.
//
// A bucket is the *high* bits of an entry's 32-bit hash, so buckets stand in the order of hashes
// and stay in it whatever their number: growing splits a bucket into neighbours. Two things follow:
//
// - Resizing moves bucket after bucket, a few with each change, from `current_` to `next_` (as
//   Redis's dict does). What is below `moved_` is in `next_`, the rest in `current_`: each key has
//   one place, and a look-up needs one probe.
//
//      current_  │ · │ · │ a │ b │        moved_ = 2
//      next_     │ c │ d │ e │ f │   │   │   │   │
//
// - A hash is a position for walking through the entries that no resizing disturbs: `collect`
//   from 0 to `end` meets every entry that is there all the time, exactly once.
#pragma once

#include "backend/store/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

namespace backend {

class entry_table {
  public:
    static constexpr std::uint64_t end = 1ULL << 32U;  // the position behind the last hash

    /// Throws std::bad_alloc if there is no memory for the first buckets.
    entry_table();

    /// The entry of the key, null if there is none.
    entry* find(std::uint32_t hash, std::string_view key) const noexcept;

    /// Requires: the key is not in the table.
    void insert(entry& added) noexcept;

    /// Requires: it is in the table.
    void remove(entry& removed) noexcept;

    /// Appends the entries of the next bucket whose hashes are at least `position`; the position
    /// to go on from, up to `end`. Requires: `position` is below `end`.
    std::uint64_t collect(std::uint64_t position, std::vector<entry*>& into) const;

    std::size_t size() const noexcept { return size_; }

    /// Memory that the buckets take.
    std::size_t bytes() const noexcept { return current_.bytes() + next_.bytes(); }

  private:
    struct release {
        void operator()(entry** heads) const noexcept { std::free(heads); }
    };

    struct buckets {
        std::unique_ptr<entry*[], release> heads;
        unsigned bits = 0;  // of a hash that choose the bucket

        bool exist() const noexcept { return heads != nullptr; }
        std::size_t count() const noexcept { return std::size_t{1} << bits; }
        std::size_t bytes() const noexcept;
        std::size_t index_of(std::uint32_t hash) const noexcept { return hash >> (32 - bits); }
        std::uint64_t first_hash(std::size_t index) const noexcept {
            return static_cast<std::uint64_t>(index) << (32 - bits);
        }
    };

    static constexpr unsigned fewest_bits = 4;
    static constexpr unsigned most_bits = 31;

    static buckets make_buckets(unsigned bits) noexcept;
    entry*& head(std::uint32_t hash) const noexcept;
    void begin_resizing() noexcept;
    void go_on_resizing() noexcept;
    void move_bucket() noexcept;

    buckets current_;
    buckets next_;           // exists while resizing
    std::size_t moved_ = 0;  // buckets of `current_` whose entries are in `next_` already
    std::size_t size_ = 0;
};

}  // namespace backend
