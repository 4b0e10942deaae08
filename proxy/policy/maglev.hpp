// Maglev hashing (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer",
// NSDI 2016, section 3.4): a table of slots, each with the backend that is home to its keys.
// Immutable once built: built at start-up, then shared by all workers as shared_ptr<const maglev>.
//
// Exact: backends of one weight differ by one slot at most; among n backends of unequal weights
// each count is within n + 1 slots of the weight's share. Approximate: when a backend goes, its
// slots move and a few of the others' too: under 1 in 100 of all slots for pools of up to 20, and
// the more the larger the pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace proxy {

struct weighted_backend {
    std::string_view name;
    std::uint32_t weight = 1;  ///< share of the keys beside the others' weights; 0 gets none
};

class maglev {
  public:
    /// A prime, so that every step through the table visits each slot once; the paper's small
    /// table.
    static constexpr std::size_t slot_count = 65'537;

    /// The table depends on the set of names and weights only, never on their order, so proxies
    /// whose configurations list the backends in different orders agree on every home. Throws
    /// std::invalid_argument if there is no backend, the total weight is 0, a name comes twice, or
    /// there are more backends than 65,536. The names need not outlive the call.
    explicit maglev(std::span<const weighted_backend> backends);

    /// The index, in the constructor's `backends`, of the home of keys with this hash. Never fails.
    /// The slot is `hash % slot_count`, not the top or bottom bits of the hash: 65,537 is 2^16 + 1,
    /// so the remainder draws on all 64 bits. That serves FNV-1a, whose low bits are its weak ones,
    /// and CRC-32, which has no high bits, as well as XXH3. A constant divisor costs two
    /// multiplications.
    std::size_t home(std::uint64_t hash) const noexcept { return homes_[hash % slot_count]; }

  private:
    std::vector<std::uint16_t> homes_;  // 128 KiB: stays in a core's L2
};

}  // namespace proxy
