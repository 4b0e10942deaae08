// An array of buckets of fixed number, in the order of hashes: one generation of an entry_index.
// Owns its memory, not the entries. To be touched under the shard's lock only.
//
// The home of a hash is floor(hash * count / 2^32): any number of buckets will do, and the homes
// are in the order of hashes. If all seven slots there are in use, the entry with the greatest hash
// goes on to the next bucket, the first after the last:
//
//      homes     0: a…i   1: j…n   2: o…u   3: v, w
//                ┌─────────┬─────────┬─────────┬───────┐
//                │ abcdefg │ hijklmn │ opqrstu │ vw    │
//                │      +2 │      +0 │      +0 │    +0 │     h and i have passed over bucket 0
//                └─────────┴─────────┴─────────┴───────┘
//
// So entries are in the order of their homes across buckets, and none lies further on than it must:
// those that have passed over a bucket are the first ones behind it. Seven to a bucket, their
// number tells where they end: at the greatest load, 0.875, a look-up in vain reads 1.6 buckets,
// another 1.4, in an array just filled and after all entries have been replaced six times. A
// removal keeps this up: it moves those back that have room now. (Linear probing as Amble and Knuth
// order it, "Ordered hash tables", 1974, but with buckets. Merely counting overflows, without the
// order, does not last: 4.4 buckets in vain became 160.)
//
// Arrays of `mapped_above` bytes and less are malloc'ed; larger ones are pages of the kernel, which
// `release_below` gives back piece by piece while the array is emptied from its beginning.
#pragma once

#include "backend/store/index_bucket.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace backend {

class bucket_array {
  public:
    static constexpr std::size_t mapped_above = 16UL * 1024;  // bytes
    static constexpr std::size_t piece =
        16UL * 1024;  // bytes that are taken, or given back, at once

    bucket_array() = default;
    /// Without memory for them, the array does not exist. Requires: `count` is 1 to 2^32 - 1.
    explicit bucket_array(std::size_t count) noexcept;
    bucket_array(bucket_array&& other) noexcept { swap(other); }
    bucket_array& operator=(bucket_array&& other) noexcept {
        bucket_array(std::move(other)).swap(*this);
        return *this;
    }
    ~bucket_array();

    bool exists() const noexcept { return buckets_ != nullptr; }
    std::size_t count() const noexcept { return count_; }
    const index_bucket& bucket(std::size_t at) const noexcept { return buckets_[at]; }
    std::size_t slots() const noexcept { return count_ * index_bucket::slots; }

    std::size_t home(std::uint32_t hash) const noexcept { return hash * count_ >> 32U; }
    /// The lowest hash of this home; 2^32 for `count()`.
    std::uint64_t first_hash(std::size_t home) const noexcept {
        return count_ == 0 ? 0 : ((static_cast<std::uint64_t>(home) << 32U) + count_ - 1) / count_;
    }

    /// `is_it(entry_ref)` is asked for each entry of that very hash until it says true.
    template <typename IsIt>
    entry_ref find(std::uint32_t hash, const IsIt& is_it) const;

    /// False if all slots are in use.
    bool insert(std::uint32_t hash, entry_ref ref) noexcept;
    /// Requires: it is there.
    void remove(std::uint32_t hash, entry_ref ref) noexcept;
    /// Requires: `from` is there.
    void relocate(std::uint32_t hash, entry_ref from, entry_ref to) noexcept;

    /// Appends the entries of one home whose hashes are at least `lowest`.
    void collect(std::size_t home, std::uint64_t lowest, std::vector<indexed_entry>& into) const;

    /// Moves all entries with homes from `first` to `until - 1` to `other`.
    /// Requires: there is such a home, and no entry below it; `other` has room for them.
    void move_homes(std::size_t first, std::size_t until, bucket_array& other) noexcept;

    /// Takes the memory of the buckets up to `bucket`, which will be filled next, in large pieces.
    /// To be called before they are filled.
    void populate_up_to(std::size_t bucket) noexcept;

    /// Gives back what memory it can of the buckets below `home`.
    /// Requires: no entry has a home below it, and none will get one.
    void release_below(std::size_t home) noexcept;

    /// Memory that the buckets take: of a large array what has been populated and not given back.
    std::size_t bytes() const noexcept;

  private:
    struct place {
        std::size_t bucket;
        unsigned slot;
    };

    void swap(bucket_array& other) noexcept;
    bool mapped() const noexcept { return count_ * sizeof(index_bucket) > mapped_above; }
    std::size_t after(std::size_t bucket) const noexcept {
        return bucket + 1 == count_ ? 0 : bucket + 1;
    }
    /// `look(bucket)` at each bucket where entries of this home may lie, until it says true.
    template <typename Look>
    void walk(std::size_t home, const Look& look) const;

    /// Where hashes begin for the order within a bucket: those that have come round from the last
    /// buckets are before all others.
    std::uint32_t zero_of(std::size_t bucket) const noexcept {
        return static_cast<std::uint32_t>(first_hash(bucket + 1));
    }
    place locate(std::uint32_t hash, entry_ref ref) const noexcept;
    void subtract_overflows(std::size_t first, std::size_t until) noexcept;
    void erase(std::size_t home, place erased) noexcept;
    std::size_t pull_into(std::size_t bucket) noexcept;
    void close_gaps(std::size_t first, std::size_t buckets) noexcept;

    index_bucket* buckets_ = nullptr;
    std::size_t count_ = 0;
    std::size_t used_ = 0;             // slots
    std::size_t populated_ = 0;        // bytes at the beginning
    std::size_t release_checked_ = 0;  // bytes at the beginning: released, or still in use
    std::size_t released_ = 0;         // bytes
};

template <typename Look>
void bucket_array::walk(std::size_t home, const Look& look) const {
    std::size_t left = count_ - 1;
    for (std::size_t at = home; !look(at); at = after(at), --left) {
        left = std::min(left, buckets_[at].reach());
        if (left == 0) break;
    }
}

template <typename IsIt>
entry_ref bucket_array::find(std::uint32_t hash, const IsIt& is_it) const {
    entry_ref found = no_entry;
    walk(home(hash), [&](std::size_t at) {
        const index_bucket& bucket = buckets_[at];
        for (auto left = bucket.candidates(hash); left != 0; left &= left - 1) {
            const unsigned slot = index_bucket::first_slot(left);
            if (!bucket.holds(slot, hash) || !is_it(bucket.ref(slot))) continue;
            found = bucket.ref(slot);
            return true;
        }
        return false;
    });
    return found;
}

}  // namespace backend
