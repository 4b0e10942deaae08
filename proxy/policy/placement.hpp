// Which backend is home to the keys with a hash: the interface of every layout, and what layouts
// share. Immutable once built: built at start-up, then read by all workers as
// shared_ptr<const placement>.
//
// A placement is a fixed number of places (slots of a table, points of a ring), each with the
// backend that owns it. A hash falls on one place; its owner is the home. It depends on the names,
// weights and (ketama's ties) order of the backends alone, never on health or on earlier lists, so
// proxies with the same configuration agree whatever their history.
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

class placement {
  public:
    virtual ~placement() = default;
    placement(const placement&) = delete;
    placement& operator=(const placement&) = delete;

    /// The index, in the list that the placement was built from, of the home of keys with this
    /// hash. Never fails.
    virtual std::size_t home(std::uint64_t hash) const noexcept = 0;

    /// The homes of many hashes, in their order. Requires: `homes` is as long as `hashes`.
    virtual void find_homes(std::span<const std::uint64_t> hashes,
                            std::span<std::size_t> homes) const noexcept {
        for (std::size_t i = 0; i < hashes.size(); ++i) homes[i] = home(hashes[i]);
    }

    /// The slot or point that decides on this hash; below `places()`.
    virtual std::size_t place(std::uint64_t hash) const noexcept = 0;
    virtual std::size_t places() const noexcept = 0;

  protected:
    placement() = default;
};

/// Brings all bits of a hash to bear on its top bits (Knuth's multiplicative hashing, with the
/// golden ratio): FNV-1a's low bits are its weak ones and CRC-32 has no high ones. One to one.
constexpr std::uint64_t spread(std::uint64_t hash) noexcept {
    return hash * 0x9E37'79B9'7F4A'7C15;
}

/// The indexes of the backends that get keys, in the order of their names. Every layout begins with
/// it: it throws std::invalid_argument if there is no backend, all weights are 0, a name comes
/// twice, or there are more backends than 65,536.
std::vector<std::size_t> members_by_name(std::span<const weighted_backend> backends);

}  // namespace proxy
