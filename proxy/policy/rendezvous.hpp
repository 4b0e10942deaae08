// The default layout: a table of slots filled by weighted rendezvous hashing with a bound on each
// backend's share.
//
// Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
// 1998) gives each slot to the backend that scores highest there; with weights (Schindelhauer and
// Schomaker, "Weighted distributed hash tables", 2005) the score is that of an exponential race:
// each backend reaches each slot after an exponential time of the rate of its weight, and the first
// one takes it. So when a backend goes, its slots alone move, each to the one that came next there.
// The race is run here without a score for every slot and backend: a backend walks through all
// slots in an order of its own (offset + r * skip, as in Maglev), and takes the r-th one at the
// mean time of the r-th of N exponential arrivals, 1/N + 1/(N-1) + … (Rényi's representation),
// over its weight. Where Maglev's backend searches on until it finds a free slot, which is
// what lets one removal move the others' slots, this one passes over a slot that is taken.
//
// Such a race leaves the shares of 100 backends a per cent or so from even. As in consistent
// hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018) a backend that has 1.0045
// of its share takes no more, and what it would have had goes to who comes next. That is what moves
// beyond the ideal when the list changes: little, for the bound is wider than chance strays from
// one list to the next.
//
// Exact: no share is above 1.0045 of the weight's, but for the rounding up to a whole slot.
// Approximate: shares below; moves (proxy/README.md has the figures); all proportions of weights
// from 1 : 1,000 up, for a backend of less than a slot's weight may get none.
#pragma once

#include "proxy/policy/placement.hpp"
#include "shared/base/huge_pages.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace proxy {

class rendezvous final : public placement {
  public:
    static constexpr unsigned slot_bits = 22;
    static constexpr std::size_t slot_count = std::size_t{1} << slot_bits;

    /// Of its weight's share, the most that a backend gets.
    static constexpr double bound = 1.0045;

    /// Throws as `members_by_name` does. The names need not outlive the call. Takes 0.1 to 0.3 s,
    /// whatever the number of backends.
    explicit rendezvous(std::span<const weighted_backend> backends);

    std::size_t home(std::uint64_t hash) const noexcept override {
        const std::size_t slot = place(hash);
        return wide_.empty() ? narrow_[slot] : wide_[slot];
    }
    void find_homes(std::span<const std::uint64_t> hashes,
                    std::span<std::size_t> homes) const noexcept override;
    std::size_t place(std::uint64_t hash) const noexcept override {
        return spread(hash) >> (64 - slot_bits);
    }
    std::size_t places() const noexcept override { return slot_count; }

  private:
    // Homes by slot: a byte each (4 MiB) for up to 256 backends, else two. The other is empty.
    template <typename Home>
    using table = std::vector<Home, shared::huge_page_allocator<Home>>;

    table<std::uint8_t> narrow_;
    table<std::uint16_t> wide_;
};

}  // namespace proxy
