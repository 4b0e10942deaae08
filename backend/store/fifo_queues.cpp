#include "backend/store/fifo_queues.hpp"

namespace backend {

entry_ref fifo_queues::move(entry_ref which, unsigned queue) noexcept {
    const unsigned left = queue_of(which);
    const entry_ref now = log_.move(which, queue, take_stamp());
    if (queue_of(now) != queue) return which;  // there is no memory: it stays where it is
    const entry moved = log_.at(now);
    if (now != which) index_.relocate(hash_of(moved.key()), which, now);
    if (left != queue) {
        count_out(left, moved.size());
        count_in(queue, moved.size());
    }
    return now;
}

}  // namespace backend
