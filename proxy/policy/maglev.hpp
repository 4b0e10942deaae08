// Maglev hashing (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer",
// NSDI 2016, section 3.4): a table of slots, each with the backend that is home to its keys.
// Immutable once built.
//
// Exact: backends of one weight differ by one slot at most; among n backends of unequal weights
// each count is within n + 1 slots of the weight's share. Approximate: when a backend goes, its
// slots move and a few of the others' too: under 1 in 100 of all slots for pools of up to 20, and
// the more the larger the pool.
#pragma once

#include "proxy/policy/placement.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace proxy {

class maglev final : public placement {
  public:
    /// A prime, so that every step through the table visits each slot once; the paper's small
    /// table.
    static constexpr std::size_t slot_count = 65'537;

    /// The table depends on the set of names and weights only, never on their order, so proxies
    /// whose configurations list the backends in different orders agree on every home. Throws as
    /// `members_by_name` does. The names need not outlive the call.
    explicit maglev(std::span<const weighted_backend> backends);

    /// The slot is `hash % slot_count`, not the top or bottom bits of the hash: 65,537 is 2^16 + 1,
    /// so the remainder draws on all 64 bits. That serves FNV-1a, whose low bits are its weak ones,
    /// and CRC-32, which has no high bits, as well as XXH3. A constant divisor costs two
    /// multiplications.
    std::size_t home(std::uint64_t hash) const noexcept override { return homes_[place(hash)]; }
    std::size_t place(std::uint64_t hash) const noexcept override { return hash % slot_count; }
    std::size_t places() const noexcept override { return slot_count; }

  private:
    std::vector<std::uint16_t> homes_;  // 128 KiB: stays in a core's L2
};

}  // namespace proxy
