// W-TinyLFU (G. Einziger, R. Friedman, B. Manes, "TinyLFU: a highly efficient cache admission
// policy", ACM Transactions on Storage 2017), with the paper's window of 1 %.
//
//     new key ─▶ window, 1 % ─▶ candidate, at the end of ─▶ probation ◀──▶ protected, 80 % of these
//     two
//                (LRU)                                      (LRU)    used    (LRU)
//
// If something must go, the candidate is compared with the oldest on probation: which was asked for
// less often goes. Approximate: the counts (frequency_sketch.hpp); candidate and oldest are those
// of one shard; shares are of bytes, and the window holds at least one entry in each shard. Without
// Caffeine's hill climbing, which moves the window's share.
#pragma once

#include "backend/store/entry_queue.hpp"
#include "backend/store/frequency_sketch.hpp"

namespace backend {

/// What the shards share.
class w_tinylfu_policy final : public eviction_policy {
  public:
    std::unique_ptr<eviction> make_part() override;

  private:
    friend class w_tinylfu;
    enum place : std::uint8_t { window, probation, protected_, places };

    bool window_is_large() const noexcept;
    bool protected_is_large() const noexcept;
    std::uint64_t bytes_in(place where) const noexcept {
        return totals_[where].bytes.load(std::memory_order_relaxed);
    }

    queue_stamps stamps_{0};
    queue_total totals_[places];
};

/// The part of a shard, under its lock.
class w_tinylfu final : public eviction {
  public:
    /// Requires: `policy` outlives it.
    explicit w_tinylfu(w_tinylfu_policy& policy) noexcept;

    void add(entry& added) noexcept override;
    void use(entry& used) noexcept override;
    void replace(entry& old, entry& by) noexcept override;
    void remove(entry& removed) noexcept override;
    entry* evict(unsigned queue) noexcept override;
    std::uint64_t rank(unsigned queue) const noexcept override;
    std::size_t bytes() const noexcept override { return counts_.bytes(); }

  private:
    using place = w_tinylfu_policy::place;

    void enter(entry& which, place where) noexcept;
    void leave(entry& which) noexcept;
    void rise(entry& used) noexcept;
    entry* oldest_of_main() const noexcept;
    entry* worse_of_candidate_and_oldest() noexcept;
    std::size_t size() const noexcept;

    w_tinylfu_policy& policy_;
    entry_queue queues_[w_tinylfu_policy::places];
    frequency_sketch counts_;
    entry* candidate_ = nullptr;  // on probation
};

}  // namespace backend
