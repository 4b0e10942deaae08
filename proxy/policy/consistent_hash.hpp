// The policy that shards: each key has one home, given by a Maglev table.
// One object for each worker and pool; the table is shared between workers and never changes.
#pragma once

#include "proxy/policy/maglev.hpp"
#include "proxy/policy/policy.hpp"

#include <memory>

namespace proxy {

class consistent_hash final : public policy {
  public:
    /// Requires: `table` is not null and has the pool's backends in the pool's order.
    explicit consistent_hash(std::shared_ptr<const maglev> table) noexcept;

    bool shards() const noexcept override { return true; }
    std::size_t pick(std::uint64_t hash, std::span<const candidate> candidates) override;

  private:
    std::shared_ptr<const maglev> table_;
};

}  // namespace proxy
