// Eviction of the least recently used entry: exact, over all shards. One queue in the order of use.
#pragma once

#include "backend/store/entry_queue.hpp"

namespace backend {

/// What the shards share.
class lru_policy final : public eviction_policy {
  public:
    std::unique_ptr<eviction> make_part() override;

  private:
    queue_stamps stamps_{0};
    queue_total total_;
};

/// The part of a shard, under its lock.
class lru final : public eviction {
  public:
    lru(queue_stamps& stamps, queue_total& total) noexcept : order_(stamps, total) {}

    void add(entry& added) noexcept override { order_.push(added); }
    void use(entry& used) noexcept override { order_.renew(used); }
    void replace(entry& old, entry& by) noexcept override;
    void remove(entry& removed) noexcept override { order_.remove(removed); }
    entry* evict(unsigned queue) noexcept override;
    std::uint64_t rank(unsigned queue) const noexcept override {
        return queue == 0 ? order_.rank() : nothing;
    }

  private:
    entry_queue order_;
};

}  // namespace backend
