// The policy that shards: each key has one home, given by a placement.
// One object for each worker and pool; the placement is shared between workers and never changes.
#pragma once

#include "proxy/policy/placement.hpp"
#include "proxy/policy/policy.hpp"

#include <memory>

namespace proxy {

class consistent_hash final : public policy {
  public:
    /// Requires: `homes` is not null and has the pool's backends in the pool's order.
    explicit consistent_hash(std::shared_ptr<const placement> homes) noexcept;

    bool shards() const noexcept override { return true; }
    std::size_t pick(std::uint64_t hash, std::span<const candidate> candidates) override;
    void find_homes(std::span<const std::uint64_t> hashes, std::span<std::size_t> homes) override;

  private:
    std::shared_ptr<const placement> homes_;
};

}  // namespace proxy
