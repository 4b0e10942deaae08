// When to look at which entries of a shard for expiry: for each of many ranges of hashes a lower
// bound of the times at which an entry there expires; 0.5 to 1 bytes an entry, against 16 for a
// heap of all entries. Knows no entries. To be touched under the shard's lock only.
//
// A look takes a range whose bound is due; the bound is nothing then, and whoever looks at the
// entries there notes what stays. An entry that is removed, or whose time has moved later, leaves
// its bound too low: a look in vain, at most one for each time that was noted.
//
// There are 2^bits ranges, 4 to 8 entries to one, and their cells stand in the order of hashes.
// Their number doubles and halves in place, a group of 64 with each change: from `boundary_` on, a
// range is halved and has two cells; going down, the boundary grows, going up, it shrinks.
//
//   bits_ = 3      │ a │ b │ c │ d │ - │ - │ - │ - │ e₁ e₂ │ f₁ f₂ │ g₁ g₂ │ h₁ h₂ │
//                  0            boundary_         2 * boundary_
//
// Times are ticks of 16 ms since `origin_`, rounded up: a look is at most 16 ms late and never too
// early for the entry that it is for. 32 bits of them are 2.2 years, so the origin follows the
// present time; what is later than the last tick is looked at then, and noted again.
#pragma once

#include "backend/store/expiry_cells.hpp"
#include "shared/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace backend {

class expiry_map {
  public:
    struct range {
        std::uint32_t first;  // hashes
        std::uint32_t last;

        bool operator==(const range&) const = default;
    };

    /// Without a time near the present, all that is noted before the first `take_due` is due then.
    /// Throws std::bad_alloc if there is no memory for the first cells.
    explicit expiry_map(shared::unix_ms now = 0);

    /// An entry of this hash expires at this time; `entries` are all that expire at some time.
    /// Without memory for more ranges there are fewer.
    void note(std::uint32_t hash, shared::unix_ms expires_at, std::size_t entries) noexcept;

    /// A range of hashes with an entry that may have expired by `now`, whose bound is nothing from
    /// then on: the caller looks at all entries there and notes those that stay. Goes on behind the
    /// last one. Call it until there is none; entries that expire later than `now` may be noted
    /// meanwhile. Requires: `now` is not negative.
    std::optional<range> take_due(shared::unix_ms now) noexcept;

    /// Before this time `take_due` finds nothing; INT64_MAX if there is nothing at all. The least
    /// bound of all after `take_due` found nothing, and not above it at any time.
    shared::unix_ms earliest() const noexcept;

    /// To be told after removals, so that ranges become fewer.
    void shrink(std::size_t entries) noexcept { fit(entries); }

    std::size_t bytes() const noexcept { return cells_.bytes(); }

  private:
    using tick = expiry_cells::tick;

    std::size_t count() const noexcept { return std::size_t{1} << bits_; }
    std::size_t cell_of(std::uint32_t hash) const noexcept;
    range range_of(std::size_t cell) const noexcept;
    tick tick_of(shared::unix_ms time) const noexcept;
    void follow(shared::unix_ms now) noexcept;
    void fit(std::size_t entries) noexcept;
    void double_group() noexcept;
    void halve_groups() noexcept;

    expiry_cells cells_;
    unsigned bits_;
    std::size_t boundary_;  // count() unless the number of ranges is changing
    shared::unix_ms origin_;
    tick earliest_ = expiry_cells::nothing;
    std::uint32_t cursor_ = 0;  // the first hash behind the last range that was taken
};

}  // namespace backend
