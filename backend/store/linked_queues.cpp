#include "backend/store/linked_queues.hpp"

namespace backend {

/// The neighbour on that side of `of`; of `no_entry`, which stands before the oldest and behind the
/// newest, that end of the queue.
void linked_queues::set(entry_ref of, side which, entry_ref neighbour, unsigned queue) noexcept {
    if (of == no_entry) {
        ends_[queue].*which.end = neighbour;
        return;
    }
    entry changed = log_.at(of);
    entry::links held = changed.read_links();
    held.*which.link = neighbour;
    changed.write_links(held);
}

void linked_queues::link(entry_ref added, unsigned queue) noexcept {
    constexpr std::uint64_t stamp_bits = (std::uint64_t{1} << entry::stamp_width) - 1;
    const entry_ref newest = ends_[queue].newest;
    log_.at(added).write_links(
        {.newer = no_entry, .older = newest, .stamp = take_stamp() & stamp_bits, .queue = queue});
    set(newest, newer, added, queue);
    ends_[queue].newest = added;
}

entry::links linked_queues::unlink(entry_ref removed) noexcept {
    const entry::links held = log_.at(removed).read_links();
    set(held.newer, older, held.older, held.queue);
    set(held.older, newer, held.newer, held.queue);
    return held;
}

void linked_queues::push(entry_ref added, unsigned queue) noexcept {
    link(added, queue);
    count_in(queue, log_.at(added).size());
}

void linked_queues::remove(entry_ref removed) noexcept {
    const entry::links held = unlink(removed);
    count_out(held.queue, log_.at(removed).size());
}

entry_ref linked_queues::move(entry_ref which, unsigned queue) noexcept {
    const entry::links held = unlink(which);
    link(which, queue);
    if (held.queue != queue) {
        const std::size_t size = log_.at(which).size();
        count_out(held.queue, size);
        count_in(queue, size);
    }
    return which;
}

void linked_queues::moved(entry_ref /*from*/, entry_ref to) noexcept {
    const entry::links held = log_.at(to).read_links();
    set(held.newer, older, to, held.queue);
    set(held.older, newer, to, held.queue);
}

std::uint64_t linked_queues::rank(unsigned queue) const noexcept {
    const entry_ref oldest = ends_[queue].oldest;
    return oldest != no_entry ? log_.at(oldest).read_links().stamp : nothing;
}

}  // namespace backend
