#include "backend/store/entry_queue.hpp"

namespace backend {

void entry_queue::link(entry& added) noexcept {
    constexpr std::uint64_t stamp_bits = (std::uint64_t{1} << entry::stamp_width) - 1;
    added.pushed_at = stamps_.fetch_add(1, std::memory_order_relaxed) & stamp_bits;
    added.newer = nullptr;
    added.older = newest_;
    (newest_ != nullptr ? newest_->newer : oldest_) = &added;
    newest_ = &added;
}

void entry_queue::unlink(entry& removed) noexcept {
    (removed.newer != nullptr ? removed.newer->older : newest_) = removed.older;
    (removed.older != nullptr ? removed.older->newer : oldest_) = removed.newer;
}

void entry_queue::push(entry& added) noexcept {
    link(added);
    ++size_;
    total_.bytes.fetch_add(added.cost(), std::memory_order_relaxed);
    total_.entries.fetch_add(1, std::memory_order_relaxed);
}

void entry_queue::renew(entry& held) noexcept {
    unlink(held);
    link(held);
}

void entry_queue::remove(entry& removed) noexcept {
    unlink(removed);
    --size_;
    total_.bytes.fetch_sub(removed.cost(), std::memory_order_relaxed);
    total_.entries.fetch_sub(1, std::memory_order_relaxed);
}

void entry_queue::replace(entry& old, entry& by) noexcept {
    by.pushed_at = old.pushed_at;
    by.newer = old.newer;
    by.older = old.older;
    (by.newer != nullptr ? by.newer->older : newest_) = &by;
    (by.older != nullptr ? by.older->newer : oldest_) = &by;
    // The difference may be below zero: unsigned numbers wrap around to the right sum.
    total_.bytes.fetch_add(by.cost() - old.cost(), std::memory_order_relaxed);
}

}  // namespace backend
