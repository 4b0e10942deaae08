// A cache that keeps keys alone: the backend's policies of eviction over a trace. As a client of
// the backend would, it asks for each key and puts it in if it is not there. For one thread.
#pragma once

#include "backend/store/eviction.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
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
    ~replay();
    replay(const replay&) = delete;
    replay& operator=(const replay&) = delete;

    /// Whether the key was there. `size` is its value's now; one beyond the capacity is not kept.
    bool request(std::uint64_t key, std::uint64_t size);

    std::uint64_t entries() const noexcept { return index_.size(); }
    std::uint64_t bytes() const noexcept { return held_; }

    /// Memory of the policy beside the entries.
    std::uint64_t policy_bytes() const noexcept;

  private:
    using index = std::unordered_map<std::uint64_t, backend::entry*>;

    backend::eviction& part_of(std::uint64_t key) const noexcept;
    std::uint64_t weight_of(const backend::entry& held) const noexcept;
    backend::entry* make(std::uint64_t key, std::uint64_t size) const;
    void add(std::uint64_t key, std::uint64_t size);
    void resize(index::iterator at, std::uint64_t size);
    void make_room();

    replay_options options_;
    std::unique_ptr<backend::eviction_policy> policy_;
    std::vector<std::unique_ptr<backend::eviction>> parts_;
    index index_;
    std::uint64_t held_ = 0;  // of `capacity`
};

}  // namespace bench
