#include "backend/store/entry_heap.hpp"

#include "backend/store/allocation.hpp"

#include <algorithm>

namespace backend {

void entry_heap::push(entry& added, std::uint64_t rank) {
    if (size_ == pieces_.size() * piece_size) {
        pieces_.push_back(std::make_unique_for_overwrite<item[]>(piece_size));
    }
    ++size_;
    sift_up(size_ - 1, {rank, &added});
}

void entry_heap::remove(entry& removed) noexcept {
    const std::size_t slot = removed.heap_slot;
    removed.heap_slot = entry::in_no_heap;
    --size_;
    if (slot != size_) {
        // The last fills the gap; it may belong further up as well as further down.
        const item last = at(size_);
        if (slot > 0 && last.rank < at((slot - 1) / children).rank) {
            sift_up(slot, last);
        } else {
            sift_down(slot, last);
        }
    }
    release_pieces();
}

std::size_t entry_heap::bytes() const noexcept {
    if (pieces_.capacity() == 0) return 0;
    return allocation_cost(pieces_.capacity() * sizeof pieces_[0]) +
           pieces_.size() * allocation_cost(piece_size * sizeof(item));
}

void entry_heap::put(std::size_t slot, const item& what) noexcept {
    at(slot) = what;
    what.owner->heap_slot = static_cast<std::uint32_t>(slot);
}

void entry_heap::sift_up(std::size_t slot, const item& what) noexcept {
    while (slot > 0) {
        const std::size_t parent = (slot - 1) / children;
        if (at(parent).rank <= what.rank) break;
        put(slot, at(parent));
        slot = parent;
    }
    put(slot, what);
}

void entry_heap::sift_down(std::size_t slot, const item& what) noexcept {
    for (;;) {
        const std::size_t first = slot * children + 1;
        if (first >= size_) break;
        std::size_t least = first;
        for (std::size_t child = first + 1; child < std::min(first + children, size_); ++child) {
            if (at(child).rank < at(least).rank) least = child;
        }
        if (what.rank <= at(least).rank) break;
        put(slot, at(least));
        slot = least;
    }
    put(slot, what);
}

void entry_heap::release_pieces() noexcept {
    if (size_ == 0) {
        std::vector<std::unique_ptr<item[]>>().swap(pieces_);
        return;
    }
    // One piece is kept in reserve, or a heap at the edge would allocate with every change.
    while (pieces_.size() > size_ / piece_size + 2) pieces_.pop_back();
}

}  // namespace backend
