// The ring of libmemcached's weighted ketama, as twemproxy has it (src/hashkit/nc_ketama.c):
// whoever replaces twemproxy by this proxy finds every key where it is, given the hash of the same
// name (shared/hash), the same names, weights and order. Kept for that: it peaks at 1.1 to 1.3 of
// the mean, and since the number of points depends on the total weight, a change of the list may
// move a few keys of others too.
//
//     points of a backend   4 * floor(weight / total * 160 / 4 * n + 1e-10), in single precision
//     their places          the four little-endian 32-bit words of md5("name-i"), i = 0, 1, …
//     home of a hash        the owner of the first point >= its low 32 bits; past the last, the
//                           first
//
// Single precision loses a group of four for some pools: 25 equal servers have 156 points each, not
// 160. n counts the backends whose weight is not 0; twemproxy has no others.
#pragma once

#include "proxy/policy/point_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace proxy {

class ketama final : public point_ring<std::uint32_t> {
  public:
    /// Of two points at one place the backend that is listed first has it: the one respect in which
    /// the order counts (as with twemproxy). Throws as `members_by_name` does, and
    /// std::runtime_error if OpenSSL gives no MD5. The names need not outlive the call.
    explicit ketama(std::span<const weighted_backend> backends);

    /// The first point at or after the low 32 bits of `hash`.
    std::size_t place(std::uint64_t hash) const noexcept override {
        return first_at(static_cast<std::uint32_t>(hash));
    }
};

}  // namespace proxy
