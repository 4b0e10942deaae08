// Eviction of the least recently used entry: exact, over all shards. One queue in the order of use.
#pragma once

#include "backend/store/eviction.hpp"

namespace backend {

/// What the shards share.
class lru_policy final : public eviction_policy {
  public:
    bool needs_links() const noexcept override { return true; }
    std::unique_ptr<eviction> make_part(entry_queues& of_shard) override;
};

/// The part of a shard, under its lock.
class lru final : public eviction {
  public:
    explicit lru(entry_queues& queues) noexcept : queues_(queues) {}

    unsigned admit(std::uint32_t /*hash*/, std::size_t /*size*/) noexcept override { return 0; }
    entry_ref add(entry_ref added, std::uint32_t /*hash*/, unsigned queue) noexcept override {
        queues_.push(added, queue);
        return added;
    }
    void use(entry_ref used, std::uint32_t /*hash*/) noexcept override { queues_.move(used, 0); }
    void replace(entry_ref old, entry_ref by, std::uint32_t hash) noexcept override;
    void remove(entry_ref removed) noexcept override { queues_.remove(removed); }
    entry_ref evict(unsigned queue) noexcept override;
    std::uint64_t rank(unsigned queue) const noexcept override {
        return queue == 0 ? queues_.rank(0) : nothing;
    }

  private:
    entry_queues& queues_;
};

}  // namespace backend
