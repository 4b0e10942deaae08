#include "backend/store/expiry_map.hpp"

#include <algorithm>
#include <new>

namespace backend {

namespace {
constexpr shared::unix_ms ms_per_tick = 16;
constexpr std::uint32_t last_tick = expiry_cells::nothing - 1;
// The origin is 50 to 100 days before the present: a clock may be set back by less without harm.
constexpr shared::unix_ms origin_distance = (1LL << 28) * ms_per_tick;

constexpr unsigned fewest_bits = 10;
constexpr unsigned most_bits = 26;
static_assert(1U << fewest_bits == expiry_cells::chunk_size);
constexpr std::size_t most_entries = 8;    // to a range, or their number doubles
constexpr std::size_t fewest_entries = 2;  // or it is halved
constexpr int groups_with_each_change = 2;
constexpr std::uint32_t golden_ratio = 0x9E3779B9;  // of 2^32: its multiples are spread evenly

constexpr shared::unix_ms origin_for(shared::unix_ms now) noexcept {
    return std::max<shared::unix_ms>(now - origin_distance, 0) / ms_per_tick * ms_per_tick;
}
}  // namespace

expiry_map::expiry_map(shared::unix_ms now)
    : bits_(fewest_bits), boundary_(std::size_t{1} << fewest_bits), origin_(origin_for(now)) {
    if (!cells_.resize(1) || !cells_.make_chunk(0)) throw std::bad_alloc();
}

std::size_t expiry_map::cell_of(std::uint32_t hash) const noexcept {
    const std::size_t whole = hash >> (32 - bits_);
    return whole < boundary_ ? whole : hash >> (32 - bits_ - 1);
}

expiry_map::range expiry_map::range_of(std::size_t cell) const noexcept {
    const unsigned shift = 32 - bits_ - (cell < boundary_ ? 0 : 1);
    return {.first = static_cast<std::uint32_t>(cell << shift),
            .last = static_cast<std::uint32_t>(((cell + 1) << shift) - 1)};
}

expiry_map::tick expiry_map::tick_of(shared::unix_ms time) const noexcept {
    if (time <= origin_) return 0;
    const auto ticks = static_cast<std::uint64_t>(time - origin_ - 1) / ms_per_tick + 1;
    return static_cast<tick>(std::min<std::uint64_t>(ticks, last_tick));
}

void expiry_map::note(std::uint32_t hash, shared::unix_ms expires_at,
                      std::size_t entries) noexcept {
    fit(entries);
    const tick at = tick_of(expires_at);
    cells_.lower(cell_of(hash), at);
    earliest_ = std::min(earliest_, at);
}

std::optional<expiry_map::range> expiry_map::take_due(shared::unix_ms now) noexcept {
    follow(now);
    const auto due = static_cast<tick>((now - origin_) / ms_per_tick);
    if (earliest_ > due) return {};
    const std::size_t start = cell_of(cursor_);
    const std::size_t end = cell_of(UINT32_MAX) + 1;
    auto found = cells_.find(start, end, due);
    if (!found) found = cells_.find(0, start, due);
    if (!found) {
        earliest_ = cells_.least();
        return {};
    }
    cells_.clear(*found);
    const range taken = range_of(*found);
    // Far from the last ones: what goes in the order of hashes leaves the index lopsided.
    cursor_ += golden_ratio;
    return taken;
}

shared::unix_ms expiry_map::earliest() const noexcept {
    if (earliest_ == expiry_cells::nothing) return INT64_MAX;
    return origin_ + earliest_ * ms_per_tick;
}

// Once in 50 days all cells are rewritten. Tick 0 stays: it stands for all that is earlier, too.
void expiry_map::follow(shared::unix_ms now) noexcept {
    if (now >= origin_ && now - origin_ <= 2 * origin_distance) return;
    const shared::unix_ms moved = (origin_for(now) - origin_) / ms_per_tick;
    const auto change = [&](tick at) {
        return at == 0 ? at : static_cast<tick>(std::clamp<std::int64_t>(at - moved, 0, last_tick));
    };
    cells_.change_all(change);
    if (earliest_ != expiry_cells::nothing) earliest_ = change(earliest_);
    origin_ = origin_for(now);
}

void expiry_map::fit(std::size_t entries) noexcept {
    if (boundary_ == count()) {
        if (entries > most_entries * count()) {
            if (bits_ == most_bits) return;
            if (!cells_.resize(2 * count() / expiry_cells::chunk_size)) return;
        } else if (entries < fewest_entries * count() && bits_ > fewest_bits) {
            --bits_;
            boundary_ = 0;
        } else {
            return;
        }
    }
    const bool down = entries < 2 * fewest_entries * count();
    for (int i = 0; i < groups_with_each_change; ++i) {
        if (down && boundary_ < count()) halve_groups();
        if (!down && boundary_ > 0) double_group();
    }
    if (boundary_ == 0) {
        ++bits_;
        boundary_ = count();
    } else if (boundary_ == count()) {
        cells_.resize(count() / expiry_cells::chunk_size);
    }
}

// The last group below the boundary becomes two. Both halves of a range may have its earliest.
void expiry_map::double_group() noexcept {
    const std::size_t first = boundary_ - expiry_cells::group_size;
    // Both new groups are in one chunk: it has an even number of them.
    if (!cells_.make_chunk(2 * first)) return;
    const auto taken = cells_.take_group(first / expiry_cells::group_size);
    boundary_ = first;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        cells_.lower(2 * (first + i), taken[i]);
        cells_.lower(2 * (first + i) + 1, taken[i]);
    }
}

void expiry_map::halve_groups() noexcept {
    const std::size_t first = boundary_;
    if (!cells_.make_chunk(first)) return;
    const std::size_t group = 2 * first / expiry_cells::group_size;
    const std::array taken{cells_.take_group(group), cells_.take_group(group + 1)};
    boundary_ = first + expiry_cells::group_size;
    for (std::size_t i = 0; i < expiry_cells::group_size; ++i) {
        const auto& half = taken[i / (expiry_cells::group_size / 2)];
        const std::size_t pair = 2 * i % expiry_cells::group_size;
        cells_.lower(first + i, std::min(half[pair], half[pair + 1]));
    }
}

}  // namespace backend
