// The backend's shards and policies of eviction over a trace, with a limit of its own. As a client
// of the backend would, it asks for each key and puts it in if it is not there. For one thread.
#pragma once

#include "backend/store/shard.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct replay_options {
    std::string_view policy;
    std::uint64_t capacity = 0;  // entries, or bytes of values if `by_bytes`
    bool by_bytes = false;
    unsigned shards = 1;  // a power of two; the backend has 16
};

class replay {
  public:
    /// Throws std::runtime_error if there is no such policy.
    explicit replay(const replay_options& options);
    replay(const replay&) = delete;
    replay& operator=(const replay&) = delete;

    /// Whether the key was there. `size` is its value's now; one beyond the capacity is not kept.
    bool request(std::uint64_t key, std::uint64_t size);

    std::uint64_t entries() const noexcept;
    std::uint64_t bytes() const noexcept;

    /// Memory of the policy that belongs to no shard.
    std::uint64_t policy_bytes() const noexcept { return policy_->bytes(); }

  private:
    backend::shard& shard_of(std::uint64_t key) const noexcept;
    std::uint64_t held() const noexcept { return options_.by_bytes ? bytes() : entries(); }
    void make_room();

    replay_options options_;
    backend::shard_surroundings around_;
    std::unique_ptr<backend::eviction_policy> policy_;
    std::vector<std::unique_ptr<backend::shard>> shards_;
    std::string value_;  // as long as any so far
};

}  // namespace bench
