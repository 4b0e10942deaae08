// Which backend of a pool answers: the interface of every policy, and nothing else.
// Pure. Each worker owns a policy object of its own for each pool and is the only thread to touch
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace proxy {

/// What a worker knows of one backend at the moment of a choice. The index is the backend's in the
/// pool.
struct candidate {
    bool usable = false;          ///< ready, as its probes say
    std::uint32_t in_flight = 0;  ///< requests of this worker that it has not answered
    std::uint32_t weight = 1;     ///< 0: drained, so it is never chosen

    bool eligible() const noexcept { return usable && weight != 0; }
};

class policy {
  public:
    /// No backend can be chosen.
    static constexpr std::size_t npos = std::numeric_limits<std::size_t>::max();

    virtual ~policy() = default;
    policy(const policy&) = delete;
    policy& operator=(const policy&) = delete;

    /// True if a key belongs to one backend; false if every pair holds every key.
    virtual bool shards() const noexcept = 0;

    /// The index of the backend for a request whose key has this `hash`.
    /// A policy that shards looks at the hash alone: a home does not depend on health.
    /// One that does not looks at the candidates alone, and gives `npos` if none is eligible.
    /// Requires: as many candidates as the pool has backends, in the pool's order.
    virtual std::size_t pick(std::uint64_t hash, std::span<const candidate> candidates) = 0;

    /// The homes of many keys, in the order of their hashes. Requires: shards(), `homes` is as
    /// long as `hashes`.
    virtual void find_homes(std::span<const std::uint64_t> hashes, std::span<std::size_t> homes) {
        for (std::size_t i = 0; i < hashes.size(); ++i) homes[i] = pick(hashes[i], {});
    }

  protected:
    policy() = default;
};

}  // namespace proxy
