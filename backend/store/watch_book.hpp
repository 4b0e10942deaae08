// The keys of one shard that clients WATCH although they do not exist: an entry that comes and goes
// again leaves nothing by which one could tell. Owned by the store, one for each shard; to be
// touched under that shard's lock only. Pure.
//
// A key is known by its 64-bit hash: of two keys of one hash, which are not to be expected, one
// would count as changed with the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace backend {

class watch_book {
  public:
    /// One more watches the key, which does not exist; how often it has come while somebody did.
    std::uint64_t watch(std::uint64_t key_hash) {
        auto& held = held_[key_hash];
        ++held.watchers;
        return held.arrivals;
    }

    /// One watches it no longer; how often it has come. Requires: a `watch` of the key before.
    std::uint64_t unwatch(std::uint64_t key_hash) {
        const auto found = held_.find(key_hash);
        const std::uint64_t arrivals = found->second.arrivals;
        if (--found->second.watchers == 0) held_.erase(found);
        return arrivals;
    }

    /// The key exists now, and did not before.
    void on_arrival(std::uint64_t key_hash) {
        if (held_.empty()) return;
        const auto found = held_.find(key_hash);
        if (found != held_.end()) ++found->second.arrivals;
    }

    std::size_t size() const noexcept { return held_.size(); }

  private:
    struct absent_key {
        std::uint64_t watchers = 0;
        std::uint64_t arrivals = 0;
    };

    std::unordered_map<std::uint64_t, absent_key> held_;
};

}  // namespace backend
