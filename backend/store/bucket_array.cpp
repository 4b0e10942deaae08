#include "backend/store/bucket_array.hpp"

#include "backend/store/allocation.hpp"
#include "shared/base/pages.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>

namespace backend {

bucket_array::bucket_array(std::size_t count) noexcept : count_(count) {
    const std::size_t size = count * sizeof(index_bucket);
    void* const memory =
        mapped() ? shared::map_pages(size) : std::aligned_alloc(alignof(index_bucket), size);
    buckets_ = static_cast<index_bucket*>(memory);
    if (memory != nullptr && !mapped()) std::memset(memory, 0, size);
}

bucket_array::~bucket_array() {
    if (mapped()) {
        shared::unmap_pages(buckets_, count_ * sizeof(index_bucket));
    } else {
        std::free(buckets_);
    }
}

void bucket_array::swap(bucket_array& other) noexcept {
    std::swap(buckets_, other.buckets_);
    std::swap(count_, other.count_);
    std::swap(used_, other.used_);
    std::swap(populated_, other.populated_);
    std::swap(release_checked_, other.release_checked_);
    std::swap(released_, other.released_);
}

bool bucket_array::insert(std::uint32_t hash, entry_ref ref) noexcept {
    if (used_ == slots()) return false;
    indexed_entry carried{.hash = hash, .ref = ref};
    std::size_t at = home(hash);
    for (; buckets_[at].full(); at = after(at)) {
        index_bucket& bucket = buckets_[at];
        const std::uint32_t zero = zero_of(at);
        const unsigned slot = bucket.greatest(zero);
        const indexed_entry greatest = bucket.at(slot);
        if (greatest.hash - zero > carried.hash - zero) {
            bucket.set(slot, carried);
            carried = greatest;
        }
        bucket.add_overflow();
    }
    buckets_[at].append(carried);
    ++used_;
    return true;
}

bucket_array::place bucket_array::locate(std::uint32_t hash, entry_ref ref) const noexcept {
    const std::uint64_t word = index_bucket::word_of(hash, ref);
    place found{.bucket = count_, .slot = 0};
    walk(home(hash), [&](std::size_t at) {
        const index_bucket& bucket = buckets_[at];
        for (auto left = bucket.candidates(hash); left != 0; left &= left - 1) {
            const unsigned slot = index_bucket::first_slot(left);
            if (!bucket.holds(slot, hash) || bucket.words[slot] != word) continue;
            found = {.bucket = at, .slot = slot};
            return true;
        }
        return false;
    });
    assert(found.bucket != count_);
    return found;
}

void bucket_array::subtract_overflows(std::size_t first, std::size_t until) noexcept {
    for (std::size_t at = first; at != until; at = after(at)) buckets_[at].subtract_overflow();
}

void bucket_array::erase(std::size_t home, place erased) noexcept {
    buckets_[erased.bucket].erase(erased.slot);
    subtract_overflows(home, erased.bucket);
    --used_;
}

void bucket_array::remove(std::uint32_t hash, entry_ref ref) noexcept {
    const place found = locate(hash, ref);
    erase(home(hash), found);
    close_gaps(found.bucket, 1);
}

void bucket_array::relocate(std::uint32_t hash, entry_ref from, entry_ref to) noexcept {
    const place found = locate(hash, from);
    buckets_[found.bucket].words[found.slot] = index_bucket::word_of(hash, to);
}

void bucket_array::collect(std::size_t home, std::uint64_t lowest,
                           std::vector<indexed_entry>& into) const {
    walk(home, [&](std::size_t at) {
        const index_bucket& bucket = buckets_[at];
        for (unsigned slot = 0; slot < bucket.filled(); ++slot) {
            const indexed_entry entry = bucket.at(slot);
            if (entry.hash >= lowest && this->home(entry.hash) == home) into.push_back(entry);
        }
        return false;
    });
}

void bucket_array::move_homes(std::size_t first, std::size_t until, bucket_array& other) noexcept {
    std::size_t visited = until - first - 1;
    walk(until - 1, [&](std::size_t) { return ++visited == count_; });
    std::size_t at = first;
    for (std::size_t i = 0; i < visited; ++i, at = after(at)) {
        index_bucket& bucket = buckets_[at];
        unsigned kept = 0;
        for (unsigned slot = 0; slot < bucket.filled(); ++slot) {
            const indexed_entry entry = bucket.at(slot);
            const std::size_t home = this->home(entry.hash);
            if (home >= until) {
                bucket.set(kept++, entry);
                continue;
            }
            other.insert(entry.hash, entry.ref);
            subtract_overflows(home, at);
            --used_;
        }
        bucket.truncate(kept);
    }
    close_gaps(first, visited);
}

// Moves the least entry that has passed over the bucket into it: how many buckets away that was, 0
// if there is none. With gaps between, the next one that is not empty has it, as entries are in
// order. A count that is not known any more may promise one that is not there.
std::size_t bucket_array::pull_into(std::size_t bucket) noexcept {
    std::size_t from = bucket;
    std::size_t distance = 0;
    do {
        from = after(from);
        if (++distance == count_) return 0;
    } while (buckets_[from].empty());
    const unsigned slot = buckets_[from].least(zero_of(from));
    const indexed_entry pulled = buckets_[from].at(slot);
    const std::size_t home = this->home(pulled.hash);
    if ((from >= home ? from - home : from + count_ - home) < distance) return 0;
    buckets_[from].erase(slot);
    buckets_[bucket].append(pulled);
    subtract_overflows(bucket, from);
    return distance;
}

// Fills gaps in as many buckets from `first` on, and those that this makes behind them.
void bucket_array::close_gaps(std::size_t first, std::size_t buckets) noexcept {
    for (std::size_t at = first; buckets > 0; at = after(at), --buckets) {
        while (!buckets_[at].full() && buckets_[at].overflow() != 0) {
            const std::size_t distance = pull_into(at);
            if (distance == 0) {
                // So none has passed over it, and the next removal need not look again.
                buckets_[at].clear_overflow();
                break;
            }
            buckets = std::max(buckets, distance + 1);
        }
    }
}

void bucket_array::populate_up_to(std::size_t bucket) noexcept {
    if (!mapped()) return;
    const std::size_t size = count_ * sizeof(index_bucket);
    while (populated_ < size && populated_ <= bucket * sizeof(index_bucket)) {
        auto* const at = reinterpret_cast<std::byte*>(buckets_) + populated_;
        shared::populate_pages(at, std::min(piece, size - populated_));
        populated_ += piece;
    }
}

// What may still lie below `home` are entries from the last buckets, which have gone on at the
// first. Each has passed over all buckets before its own, so nothing lies in or behind a piece
// whose predecessor nothing has passed over. (One that comes later finds zeroed memory.)
void bucket_array::release_below(std::size_t home) noexcept {
    if (!mapped()) return;
    while (release_checked_ + piece <= home * sizeof(index_bucket)) {
        const std::size_t first = release_checked_ / sizeof(index_bucket);
        if (buckets_[first == 0 ? count_ - 1 : first - 1].overflow() == 0) {
            shared::release_pages(buckets_ + first, piece);
            released_ += piece;
        }
        release_checked_ += piece;
    }
}

std::size_t bucket_array::bytes() const noexcept {
    if (!exists()) return 0;
    const std::size_t size = count_ * sizeof(index_bucket);
    if (!mapped()) return allocation_cost(size + alignof(index_bucket));
    return std::min(populated_, size) - released_;
}

}  // namespace backend
