#include "backend/store/entry_index.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace backend {

// Loads are in entries a bucket of 7. Grown by an eighth, the next growth is due after as many
// insertions as 0.77 of the old buckets; after a shrinking, growth is due after 0.39 of them at the
// earliest. Four homes with each change have all moved after 0.25.
namespace {
constexpr std::size_t fewest_buckets = 2;
constexpr std::size_t moved_with_each_change = 4;
constexpr std::size_t grown_part = 8;  // of the buckets, or one
constexpr double grown_above = 0.875 * index_bucket::slots;
constexpr double shrunk_below = 0.6 * index_bucket::slots;
constexpr double shrunk_to = 0.8 * index_bucket::slots;
// Of the fullest range of hashes, where the entries are so many that chance alone explains less.
constexpr std::size_t fewest_entries_to_tell = 2048;
constexpr double range_shrunk_to = 0.97 * index_bucket::slots;
constexpr double chance = 3;                              // standard deviations
constexpr double least_load = 0.1 * index_bucket::slots;  // no range makes an emptier array grow

constexpr std::size_t range_of(std::uint32_t hash) noexcept {
    return hash >> 27U;
}
}  // namespace

entry_index::entry_index(std::size_t most) : most_(most) {
    bucket_array fewest(fewest_buckets);
    if (!fewest.exists()) throw std::bad_alloc();
    take(std::move(fewest));
}

bool entry_index::insert(std::uint32_t hash, entry_ref ref) noexcept {
    go_on_resizing();
    while (!array_of(hash).insert(hash, ref)) {
        // A table that was full before it could grow: room comes with what is moved.
        if (!next_.exists()) return false;
        go_on_resizing();
    }
    ++size_;
    ++in_range_[range_of(hash)];
    crowded_ = crowded_ || is_crowded(hash);
    return true;
}

void entry_index::remove(std::uint32_t hash, entry_ref ref) noexcept {
    array_of(hash).remove(hash, ref);
    --in_range_[range_of(hash)];
    if (--size_ == 0) return clear();
    go_on_resizing();
}

/// Requires: there are no entries.
void entry_index::clear() noexcept {
    bucket_array fewest(fewest_buckets);
    if (!fewest.exists()) return;
    take(std::move(fewest));
    too_skewed_at_ = SIZE_MAX;
}

/// Resizing is over: `now` holds all entries.
void entry_index::take(bucket_array now) noexcept {
    const double slots = static_cast<double>(now.slots()) / static_cast<double>(in_range_.size());
    most_in_range_ = static_cast<std::size_t>(slots + chance * std::sqrt(slots));
    crowded_ = false;
    current_ = std::move(now);
    next_ = {};
    moved_ = 0;
}

bool entry_index::is_crowded(std::uint32_t hash) const noexcept {
    return in_range_[range_of(hash)] > most_in_range_ && size_ >= fewest_entries_to_tell &&
           static_cast<double>(size_) > least_load * static_cast<double>(current_.count());
}

/// Entries, if all ranges were as full as the fullest.
double entry_index::in_fullest_range() const noexcept {
    const std::size_t fullest = *std::max_element(in_range_.begin(), in_range_.end());
    return static_cast<double>(fullest * in_range_.size());
}

std::size_t entry_index::fitting_count() noexcept {
    const std::size_t count = current_.count();
    const auto entries = static_cast<double>(size_);
    const auto buckets = static_cast<double>(count);
    if (std::exchange(crowded_, false)) {
        const auto needed = static_cast<std::size_t>(in_fullest_range() / grown_above) + 1;
        return std::clamp(needed, std::min(count + count / grown_part + 1, most_),
                          std::min(2 * count, most_));
    }
    if (entries >= grown_above * buckets) {
        return std::min(count + std::max<std::size_t>(count / grown_part, 1), most_);
    }
    if (entries >= shrunk_below * buckets) {
        too_skewed_at_ = SIZE_MAX;
        return count;
    }
    return std::min(shrunk_count(), count);
}

/// Not fewer than three quarters of the present number if it is for the fullest range that they
/// can't be: that is tried again when a sixteenth of the entries have gone.
std::size_t entry_index::shrunk_count() noexcept {
    const auto fewer = std::max(
        static_cast<std::size_t>(static_cast<double>(size_) / shrunk_to) + 1, fewest_buckets);
    if (size_ < fewest_entries_to_tell) return fewer;
    if (size_ > too_skewed_at_ - too_skewed_at_ / 16) return current_.count();
    const auto needed = static_cast<std::size_t>(in_fullest_range() / range_shrunk_to) + 1;
    const std::size_t wanted = std::max(fewer, needed);
    too_skewed_at_ = wanted > current_.count() / 4 * 3 ? size_ : SIZE_MAX;
    return too_skewed_at_ == size_ ? current_.count() : wanted;
}

void entry_index::begin_resizing() noexcept {
    const std::size_t fitting = fitting_count();
    // Without memory for it, the table stays as it is: slower, but whole.
    if (fitting != current_.count()) next_ = bucket_array(fitting);
}

void entry_index::go_on_resizing() noexcept {
    if (!next_.exists()) begin_resizing();
    if (!next_.exists()) return;
    const std::size_t until = std::min(moved_ + moved_with_each_change, current_.count());
    next_.populate_up_to(next_.home(static_cast<std::uint32_t>(current_.first_hash(until) - 1)));
    current_.move_homes(moved_, until, next_);
    moved_ = until;
    if (moved_ < current_.count()) {
        current_.release_below(moved_);
    } else {
        take(std::move(next_));
    }
}

std::uint64_t entry_index::collect(std::uint64_t position, std::vector<indexed_entry>& into) const {
    const auto hash = static_cast<std::uint32_t>(position);
    const bucket_array& place = array_of(hash);
    const std::size_t home = place.home(hash);
    place.collect(home, position, into);
    const std::uint64_t following = place.first_hash(home + 1);
    // A bucket of `next_` may be filled in part: its other hashes are still in `current_`.
    return is_moved(hash) ? std::min(following, current_.first_hash(moved_)) : following;
}

}  // namespace backend
