#include "backend/store/entry_table.hpp"

#include "backend/store/allocation.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace backend {

// Grown at one entry a bucket, shrunk at a quarter of one: eight buckets with each change are
// enough to have resized well before the next resizing is due.
namespace {
constexpr std::size_t moved_with_each_change = 8;
static_assert(moved_with_each_change % 2 == 0,
              "a shrinking table's new bucket must be filled from both old ones at once");
}  // namespace

std::size_t entry_table::buckets::bytes() const noexcept {
    return exist() ? allocation_cost(count() * sizeof(entry*)) : 0;
}

entry_table::entry_table() : current_(make_buckets(fewest_bits)) {
    if (!current_.exist()) throw std::bad_alloc();
}

entry_table::buckets entry_table::make_buckets(unsigned bits) noexcept {
    // calloc takes big arrays from the kernel, zero already: no pause in proportion to the size.
    const std::size_t count = std::size_t{1} << bits;
    auto** const heads = static_cast<entry**>(std::calloc(count, sizeof(entry*)));
    return {.heads = std::unique_ptr<entry*[], release>(heads), .bits = bits};
}

entry*& entry_table::head(std::uint32_t hash) const noexcept {
    const std::size_t index = current_.index_of(hash);
    return index < moved_ ? next_.heads[next_.index_of(hash)] : current_.heads[index];
}

entry* entry_table::find(std::uint32_t hash, std::string_view key) const noexcept {
    entry* found = head(hash);
    while (found != nullptr && (found->hash != hash || found->key() != key)) found = found->chain;
    return found;
}

void entry_table::insert(entry& added) noexcept {
    entry*& first = head(added.hash);
    added.chain = first;
    first = &added;
    ++size_;
    go_on_resizing();
}

void entry_table::remove(entry& removed) noexcept {
    entry** link = &head(removed.hash);
    while (*link != &removed) link = &(*link)->chain;
    *link = removed.chain;
    removed.chain = nullptr;
    --size_;
    go_on_resizing();
}

void entry_table::begin_resizing() noexcept {
    unsigned bits = current_.bits;
    if (size_ > current_.count()) {
        bits = std::min(bits + 1, most_bits);
    } else if (size_ < current_.count() / 4) {
        bits = std::max(bits - 1, fewest_bits);
    }
    // Without memory for it, the table stays as it is: slower, but whole.
    if (bits != current_.bits) next_ = make_buckets(bits);
}

void entry_table::go_on_resizing() noexcept {
    if (!next_.exist()) begin_resizing();
    if (!next_.exist()) return;
    const std::size_t until = std::min(moved_ + moved_with_each_change, current_.count());
    while (moved_ < until) move_bucket();
    if (moved_ == current_.count()) {
        current_ = std::move(next_);
        next_ = {};
        moved_ = 0;
    }
}

void entry_table::move_bucket() noexcept {
    entry* at = current_.heads[moved_];
    current_.heads[moved_] = nullptr;
    ++moved_;
    while (at != nullptr) {
        entry* const following = at->chain;
        entry*& first = next_.heads[next_.index_of(at->hash)];
        at->chain = first;
        first = at;
        at = following;
    }
}

std::uint64_t entry_table::collect(std::uint64_t position, std::vector<entry*>& into) const {
    const auto hash = static_cast<std::uint32_t>(position);
    const buckets& place = current_.index_of(hash) < moved_ ? next_ : current_;
    for (entry* at = head(hash); at != nullptr; at = at->chain) {
        // After a shrinking, the position may lie within a bucket.
        if (at->hash >= position) into.push_back(at);
    }
    return place.first_hash(place.index_of(hash) + 1);
}

}  // namespace backend
