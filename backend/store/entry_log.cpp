#include "backend/store/entry_log.hpp"

#include "shared/base/pages.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace backend {
namespace {

// Looked up once, and not at every change of an entry.
const std::size_t page = shared::page_size();
constexpr std::size_t parts_of_log = 16;      // the segment is one of them
constexpr std::size_t parts_given_back = 16;  // of a segment, at its front

std::size_t round_up(std::size_t size) noexcept {
    return (size + page - 1) & ~(page - 1);
}
std::size_t round_down(std::size_t size) noexcept {
    return size & ~(page - 1);
}

constexpr bool gets_its_own(std::size_t size, std::size_t segment_size) noexcept {
    return size > segment_size / 4;
}

std::size_t step_over(entry what) noexcept {
    return what.is_hole() ? 1 : what.size();
}

}  // namespace

std::size_t entry_log::segment_size_for(std::uint64_t memory) noexcept {
    const std::uint64_t wanted = std::bit_floor(memory / parts_of_log);
    return std::clamp<std::uint64_t>(wanted, smallest_segment, largest_segment);
}

std::size_t entry_log::cost(std::size_t size) noexcept {
    return sizeof(segment) + round_up(size);
}

std::size_t entry_log::segment::bytes() const noexcept {
    return sizeof(segment) + round_up(touched) - released;
}

entry_log::~entry_log() {
    for (const segment& each : segments_) shared::unmap_pages(each.memory, each.capacity);
}

std::uint32_t entry_log::take_number() noexcept {
    if (free_ != none) {
        const std::uint32_t number = free_;
        free_ = segments_[number].newer;
        return number;
    }
    if (segments_.size() > offset_mask - 1) return none;  // as many as 20 bits tell, but no_entry
    try {
        segments_.emplace_back();
    } catch (const std::bad_alloc&) {
        return none;
    }
    return static_cast<std::uint32_t>(segments_.size() - 1);
}

std::uint32_t entry_log::make_segment(unsigned list, std::size_t capacity, bool own) noexcept {
    auto* const memory = static_cast<char*>(shared::map_pages(capacity));
    if (memory == nullptr) return none;
    const std::uint32_t number = take_number();
    if (number == none) {
        shared::unmap_pages(memory, capacity);
        return none;
    }
    segment& made = segments_[number];
    made = {.memory = memory,
            .capacity = capacity,
            .list = static_cast<std::uint8_t>(list),
            .own = own};
    bytes_ += made.bytes();
    link(number);
    return number;
}

void entry_log::link(std::uint32_t which) noexcept {
    segment& added = segments_[which];
    list_ends& home = lists_[added.list];
    added.newer = none;
    added.older = home.newest;
    (home.newest != none ? segments_[home.newest].newer : home.oldest) = which;
    home.newest = which;
    if (!added.own) home.open = which;
}

void entry_log::unlink(std::uint32_t which) noexcept {
    const segment& removed = segments_[which];
    list_ends& home = lists_[removed.list];
    (removed.newer != none ? segments_[removed.newer].older : home.newest) = removed.older;
    (removed.older != none ? segments_[removed.older].newer : home.oldest) = removed.newer;
    if (home.open == which) home.open = none;
}

void entry_log::free_segment(std::uint32_t which) noexcept {
    unlink(which);
    segment& freed = segments_[which];
    bytes_ -= freed.bytes();
    dead_ -= freed.dead();
    shared::unmap_pages(freed.memory, freed.capacity);
    if (compaction_.segment == which) compaction_ = {};
    freed = {.newer = free_};
    free_ = which;
}

entry_ref entry_log::append(unsigned list, std::size_t size, std::uint64_t stamp) noexcept {
    const bool own = gets_its_own(size, segment_size_);
    std::uint32_t number = own ? none : lists_[list].open;
    if (number != none && segments_[number].capacity - segments_[number].end < size) number = none;
    if (number == none) number = make_segment(list, own ? size : segment_size_, own);
    if (number == none) return no_entry;
    segment& to = segments_[number];
    const entry_ref made = entry_ref{number} << offset_bits | to.end;
    bytes_ -= to.bytes();
    if (to.end == 0) to.first_stamp = stamp;
    to.last_stamp = stamp;
    to.last = to.end;
    to.end += size;
    to.live += size;
    to.touched = std::max(to.touched, to.end);
    bytes_ += to.bytes();
    return made;
}

void entry_log::kill(entry_ref which) noexcept {
    entry dying = at(which);
    const std::size_t size = dying.size();
    const auto number = static_cast<std::uint32_t>(which >> offset_bits);
    segment& home = segments_[number];
    dying.kill();
    dead_ -= home.dead();
    home.live -= size;
    dead_ += home.dead();
    if (home.live == 0) {
        free_segment(number);
    } else if ((which & offset_mask) == home.begin) {
        advance(home);
    }
}

/// Past what is dead at the beginning. Requires: something is alive.
void entry_log::advance(segment& at) noexcept {
    dead_ -= at.dead();
    for (entry next(at.memory + at.begin); next.is_dead(); next = entry(at.memory + at.begin)) {
        at.begin += step_over(next);
    }
    dead_ += at.dead();
    release_front(at);
}

void entry_log::release_front(segment& at) noexcept {
    const std::size_t until = round_down(at.begin);
    if (until < at.released + std::max(page, at.capacity / parts_given_back)) return;
    shared::release_pages(at.memory + at.released, until - at.released);
    bytes_ -= until - at.released;
    at.released = until;
}

void entry_log::release_end(segment& at) noexcept {
    const std::size_t from = round_up(at.end);
    const std::size_t until = round_up(at.touched);
    bytes_ -= at.bytes();
    at.touched = at.end;
    bytes_ += at.bytes();
    if (from < until) shared::release_pages(at.memory + from, until - from);
}

void entry_log::cut(entry_ref which, std::size_t size) noexcept {
    segment& home = segments_[which >> offset_bits];
    const entry shortened = at(which);
    if (home.own) {  // else it could shrink by and by and keep all its pages
        home.live -= size;
        home.end -= size;
        release_end(home);
        return;
    }
    entry::write_gap(shortened.at() + shortened.size(), size);
    dead_ -= home.dead();
    home.live -= size;
    dead_ += home.dead();
}

entry_ref entry_log::move(entry_ref which, unsigned list, std::uint64_t stamp) noexcept {
    const auto number = static_cast<std::uint32_t>(which >> offset_bits);
    if (segments_[number].own) {
        unlink(number);
        segment& moved = segments_[number];
        moved.list = static_cast<std::uint8_t>(list);
        moved.first_stamp = moved.last_stamp = stamp;
        link(number);
        return which;
    }
    const std::size_t size = at(which).size();
    const entry_ref to = append(list, size, stamp);
    if (to == no_entry) return which;
    std::memcpy(at(to).at(), at(which).at(), size);
    kill(which);
    return to;
}

entry_ref entry_log::oldest(unsigned list) const noexcept {
    const std::uint32_t first = lists_[list].oldest;
    if (first == none) return no_entry;
    return entry_ref{first} << offset_bits | segments_[first].begin;
}

std::uint64_t entry_log::rank(unsigned list) const noexcept {
    const std::uint32_t first = lists_[list].oldest;
    if (first == none) return empty;
    const segment& at = segments_[first];
    if (at.begin >= at.last) return at.last_stamp;
    return at.first_stamp + (at.last_stamp - at.first_stamp) * at.begin / at.last;
}

bool entry_log::begin_compaction() noexcept {
    std::size_t most = 0;
    for (std::uint32_t i = 0; i < segments_.size(); ++i) {
        const std::size_t dead = segments_[i].dead();
        if (dead <= most) continue;
        most = dead;
        compaction_.segment = i;
    }
    if (most == 0) return false;
    compaction_.read = compaction_.write = segments_[compaction_.segment].begin;
    return true;
}

void entry_log::compact(std::size_t budget, const on_moved& moved) {
    if (compaction_.segment == none && !begin_compaction()) return;
    compaction& now = compaction_;
    segment& at = segments_[now.segment];
    const entry_ref base = entry_ref{now.segment} << offset_bits;
    // What was evicted meanwhile has taken the gap between the two with it.
    if (at.begin > now.write) now.read = now.write = at.begin;
    const std::size_t until = now.read + std::min(budget, at.end - now.read);
    while (now.read < until) {
        const entry next(at.memory + now.read);
        const std::size_t size = step_over(next);
        if (!next.is_dead()) {
            if (now.read != now.write) {
                std::memmove(at.memory + now.write, at.memory + now.read, size);
                moved(base | now.read, base | now.write);
            }
            now.last = now.write;
            now.write += size;
        }
        now.read += size;
    }
    if (now.read < at.end) {
        entry::write_gap(at.memory + now.write, now.read - now.write);
        return;
    }
    dead_ -= at.dead();
    at.end = now.write;
    at.last = now.last;
    dead_ += at.dead();
    release_end(at);
    now = {};
}

}  // namespace backend
