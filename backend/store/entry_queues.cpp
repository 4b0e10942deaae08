#include "backend/store/entry_queues.hpp"

namespace backend {

void entry_queues::count_in(unsigned queue, std::size_t bytes) noexcept {
    ++sizes_[queue];
    common_.totals[queue].bytes.fetch_add(bytes, std::memory_order_relaxed);
    common_.totals[queue].entries.fetch_add(1, std::memory_order_relaxed);
}

void entry_queues::count_out(unsigned queue, std::size_t bytes) noexcept {
    --sizes_[queue];
    common_.totals[queue].bytes.fetch_sub(bytes, std::memory_order_relaxed);
    common_.totals[queue].entries.fetch_sub(1, std::memory_order_relaxed);
}

void entry_queues::shortened(entry_ref which, std::size_t bytes) noexcept {
    common_.totals[queue_of(which)].bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

}  // namespace backend
