// The backend with the fewest requests in flight for its weight, as this worker counts them:
// workers share nothing, so none sees the load that the others cause. One object for each worker
// and pool; only that worker touches it.
#pragma once

#include "proxy/policy/policy.hpp"

namespace proxy {

class least_connections final : public policy {
  public:
    bool shards() const noexcept override { return false; }

    /// The eligible backend with the least `in_flight / weight`. Equals take turns, whatever their
    /// weight, so an idle pool is used evenly and the weights tell as soon as there is a load to
    /// share.
    std::size_t pick(std::uint64_t hash, std::span<const candidate> candidates) override;

  private:
    std::size_t next_ = 0;  // where the search begins: after the last choice
};

}  // namespace proxy
