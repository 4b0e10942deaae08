// An array of ticks in which one that is due is found quickly: the cells of an expiry_map. Owns its
// memory. To be touched under the shard's lock only.
//
//   directory  │ least │ least │ …            one a chunk of 1024 cells, which is made on first use
//                  │
//   chunk          ├ 16 × least               one a group of 64 cells: a cache line
//                  └ 16 × 64 cells
//
// Chunks never move: growing takes no longer with many cells than with few.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace backend {

class expiry_cells {
  public:
    using tick = std::uint32_t;

    static constexpr tick nothing = UINT32_MAX;
    static constexpr std::size_t group_size = 64;  // cells
    static constexpr std::size_t chunk_size = 1024;
    using group = std::array<tick, group_size>;

    /// False if there is no memory for them: nothing has changed. What is cut off is gone.
    bool resize(std::size_t chunks) noexcept;

    /// Makes the chunk that the cell is in; false if there is no memory for it.
    bool make_chunk(std::size_t cell) noexcept;

    /// The cell becomes `at`, if that is less. Requires: its chunk has been made.
    void lower(std::size_t cell, tick at) noexcept;

    void clear(std::size_t cell) noexcept;

    /// The cells of a group, which are nothing afterwards.
    group take_group(std::size_t number) noexcept;

    /// The first cell in [from, until) that is `due` or less.
    std::optional<std::size_t> find(std::size_t from, std::size_t until, tick due) const noexcept;

    /// The least of all.
    tick least() const noexcept;

    /// Applies `change(tick)` to each cell that is not nothing. Must keep the order of ticks.
    template <typename Change>
    void change_all(const Change& change) noexcept;

    std::size_t bytes() const noexcept;

  private:
    static constexpr std::size_t groups = chunk_size / group_size;

    struct chunk {
        std::array<tick, groups> least;
        std::array<group, groups> cells;
    };
    struct slot {
        std::unique_ptr<chunk> made;
        tick least = nothing;
    };

    static std::size_t group_of(std::size_t cell) noexcept { return cell / group_size % groups; }
    void update(slot& changed, std::size_t number) noexcept;

    std::vector<slot> slots_;
    std::size_t made_ = 0;  // chunks
};

template <typename Change>
void expiry_cells::change_all(const Change& change) noexcept {
    const auto apply = [&](tick& cell) {
        if (cell != nothing) cell = change(cell);
    };
    for (slot& each : slots_) {
        if (each.made == nullptr) continue;
        for (group& cells : each.made->cells) {
            for (tick& cell : cells) apply(cell);
        }
        for (tick& least : each.made->least) apply(least);
        apply(each.least);
    }
}

}  // namespace backend
