// Which backends a request goes to: the pool's policy, its pairs and the backends' status put
// together. Pure. One for each worker and pool.
#pragma once

#include "proxy/policy/policy.hpp"
#include "proxy/resilience/failover.hpp"
#include "proxy/routing/scan_cursor.hpp"
#include "shared/hash/key_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace proxy {

/// A backend and its partner, by index; `second` is `nobody` for one that stands alone.
struct backend_pair {
    std::size_t first;
    std::size_t second;
};

struct topology {
    std::vector<std::size_t> partner_of;  // for each backend; `nobody` if it has none
    std::vector<backend_pair> pairs;

    /// From each backend's partner.
    explicit topology(std::vector<std::size_t> partners);
};

/// Where a request goes: the backend it belongs to, and the one that serves it now (`nobody`: none
/// can).
struct target {
    std::size_t home;
    std::size_t server;
    bool relieved = false;  // the home could serve it, but has more than its share of the load
};

/// Where a SCAN goes on.
struct scan_step {
    target where;
    std::uint64_t cursor;  // for that backend
    std::uint64_t next;    // the client's cursor when that backend has told all of its keys
};

class router {
  public:
    /// `max_load`: see `serve`; 0 or from 1 up.
    router(std::unique_ptr<policy> choice, shared::key_hash hash, const topology& pairs,
           double max_load = 0)
        : policy_(std::move(choice)),
          hash_(hash),
          topology_(pairs),
          max_load_(max_load),
          shares_(pairs.partner_of.size()) {}

    /// True if each key has one home; false if every pair holds every key.
    bool shards() const noexcept { return policy_->shards(); }

    /// For a sharding pool: the key's home.
    std::size_t home_of(std::string_view key) const { return policy_->pick(hash_(key), {}); }

    /// For a sharding pool: the hash of a key, and the homes of many.
    std::uint64_t hash_of(std::string_view key) const noexcept { return hash_(key); }
    void find_homes(std::span<const std::uint64_t> hashes, std::span<std::size_t> homes) const {
        policy_->find_homes(hashes, homes);
    }

    /// Who serves a key of a home. With `loads` (for a read), a home that has more than `max_load`
    /// times its share of the requests under way is relieved by its partner, if that is ready and
    /// has room: nobody else has the data.
    /// A home that is returning serves those of its keys whose slice is below its share, and its
    /// partner the others: each key is read and written at one side.
    /// Unless the home is returning, all of its keys are served alike.
    target serve(std::size_t home, std::uint64_t hash, std::span<const backend_status> statuses,
                 std::span<const candidate> loads = {}) const;

    /// How many slices of its keys a returning backend serves.
    void set_share(std::size_t backend, std::uint8_t share) { shares_[backend] = share; }

    /// For a sharding pool: the key's home and who serves it.
    target by_key(std::string_view key, std::span<const backend_status> statuses,
                  std::span<const candidate> loads = {}) const {
        const std::uint64_t hash = hash_(key);
        return serve(policy_->pick(hash, {}), hash, statuses, loads);
    }

    /// True if reads by key should come with the backends' loads.
    bool bounds_load() const noexcept { return max_load_ != 0 && shards(); }

    /// For a pool that does not shard: the backend that the policy picks for a read.
    target for_read(std::span<const candidate> candidates,
                    std::span<const backend_status> statuses);

    /// One of each pair. Of a pair that both sides can serve it is always the first, so that the
    /// writes to one key meet in one place.
    std::vector<target> one_of_each_pair(std::span<const backend_status> statuses) const;

    /// The pairs are scanned one after the other; in a pool that does not shard only one of them,
    /// the first that can answer. A scan stays with its backend, for a cursor means nothing to
    /// another; if that is down its partner begins the pair's scan anew, so keys may come twice but
    /// none is missed. Requires: `at` is of this pool, `backend` is below the number of backends.
    scan_step scan(const scan_position& at, std::span<const backend_status> statuses) const;

    std::size_t partner_of(std::size_t backend) const noexcept {
        return topology_.partner_of[backend];
    }

  private:
    std::unique_ptr<policy> policy_;
    shared::key_hash hash_;
    const topology& topology_;
    double max_load_;
    std::vector<std::uint8_t> shares_;  // of each backend, when it is returning
};

}  // namespace proxy
