#include "backend/store/expiry_cells.hpp"

#include "backend/store/allocation.hpp"

#include <algorithm>
#include <new>

namespace backend {

bool expiry_cells::resize(std::size_t chunks) noexcept {
    for (std::size_t i = chunks; i < slots_.size(); ++i) made_ -= slots_[i].made != nullptr ? 1 : 0;
    try {
        slots_.resize(chunks);
    } catch (const std::bad_alloc&) {
        return false;
    }
    return true;
}

bool expiry_cells::make_chunk(std::size_t cell) noexcept {
    slot& place = slots_[cell / chunk_size];
    if (place.made != nullptr) return true;
    place.made.reset(new (std::nothrow) chunk);
    if (place.made == nullptr) return false;
    place.made->least.fill(nothing);
    for (group& cells : place.made->cells) cells.fill(nothing);
    ++made_;
    return true;
}

void expiry_cells::lower(std::size_t cell, tick at) noexcept {
    slot& place = slots_[cell / chunk_size];
    tick& lowered = place.made->cells[group_of(cell)][cell % group_size];
    tick& least = place.made->least[group_of(cell)];
    lowered = std::min(lowered, at);
    least = std::min(least, at);
    place.least = std::min(place.least, at);
}

void expiry_cells::update(slot& changed, std::size_t number) noexcept {
    const auto least_of = [](const auto& ticks) {
        return *std::min_element(ticks.begin(), ticks.end());
    };
    changed.made->least[number] = least_of(changed.made->cells[number]);
    changed.least = least_of(changed.made->least);
}

void expiry_cells::clear(std::size_t cell) noexcept {
    slot& place = slots_[cell / chunk_size];
    place.made->cells[group_of(cell)][cell % group_size] = nothing;
    update(place, group_of(cell));
}

expiry_cells::group expiry_cells::take_group(std::size_t number) noexcept {
    slot& place = slots_[number / groups];
    group taken;
    taken.fill(nothing);
    if (place.made == nullptr) return taken;
    std::swap(taken, place.made->cells[number % groups]);
    update(place, number % groups);
    return taken;
}

std::optional<std::size_t> expiry_cells::find(std::size_t from, std::size_t until,
                                              tick due) const noexcept {
    for (std::size_t cell = from; cell < until;) {
        const slot& place = slots_[cell / chunk_size];
        if (place.least > due) {
            cell = (cell / chunk_size + 1) * chunk_size;
        } else if (place.made->least[group_of(cell)] > due) {
            cell = (cell / group_size + 1) * group_size;
        } else if (place.made->cells[group_of(cell)][cell % group_size] > due) {
            ++cell;
        } else {
            return cell;
        }
    }
    return {};
}

expiry_cells::tick expiry_cells::least() const noexcept {
    tick least = nothing;
    for (const slot& each : slots_) least = std::min(least, each.least);
    return least;
}

std::size_t expiry_cells::bytes() const noexcept {
    return allocation_cost(slots_.capacity() * sizeof(slot)) +
           made_ * allocation_cost(sizeof(chunk));
}

}  // namespace backend
