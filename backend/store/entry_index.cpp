#include "backend/store/entry_index.hpp"

#include <algorithm>
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
}  // namespace

entry_index::entry_index(std::size_t most) : current_(fewest_buckets), most_(most) {
    if (!current_.exists()) throw std::bad_alloc();
}

bool entry_index::insert(std::uint32_t hash, entry_ref ref) noexcept {
    go_on_resizing();
    while (!array_of(hash).insert(hash, ref)) {
        // A table that was full before it could grow: room comes with what is moved.
        if (!next_.exists()) return false;
        go_on_resizing();
    }
    ++size_;
    return true;
}

void entry_index::remove(std::uint32_t hash, entry_ref ref) noexcept {
    array_of(hash).remove(hash, ref);
    --size_;
    go_on_resizing();
}

std::size_t entry_index::fitting_count() const noexcept {
    const std::size_t count = current_.count();
    const auto entries = static_cast<double>(size_);
    const auto buckets = static_cast<double>(count);
    if (entries >= grown_above * buckets) {
        return std::min(count + std::max<std::size_t>(count / grown_part, 1), most_);
    }
    if (entries >= shrunk_below * buckets) return count;
    const auto fewer = static_cast<std::size_t>(entries / shrunk_to) + 1;
    return std::clamp(fewer, fewest_buckets, count);
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
        current_ = std::move(next_);
        next_ = {};
        moved_ = 0;
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
