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

#include "backend/store/eviction.hpp"
#include "backend/store/frequency_sketch.hpp"

namespace backend {

/// What the shards share.
class w_tinylfu_policy final : public eviction_policy {
  public:
    bool needs_links() const noexcept override { return true; }
    std::unique_ptr<eviction> make_part(entry_queues& of_shard) override;

  private:
    friend class w_tinylfu;
    enum place : std::uint8_t { window, probation, protected_, places };
    static_assert(places <= entry_queues::most_queues);

    bool window_is_large() const noexcept;
    bool protected_is_large() const noexcept;
    std::uint64_t bytes_in(place where) const noexcept {
        return queues.totals[where].bytes.load(std::memory_order_relaxed);
    }
};

/// The part of a shard, under its lock.
class w_tinylfu final : public eviction {
  public:
    /// Requires: both outlive it.
    w_tinylfu(w_tinylfu_policy& policy, entry_queues& queues) noexcept
        : policy_(policy), queues_(queues) {}

    unsigned admit(std::uint32_t hash, std::size_t size) noexcept override;
    entry_ref add(entry_ref added, std::uint32_t hash, unsigned queue) noexcept override;
    void use(entry_ref used, std::uint32_t hash) noexcept override;
    void replace(entry_ref old, entry_ref by, std::uint32_t hash) noexcept override;
    void remove(entry_ref removed) noexcept override;
    entry_ref evict(unsigned queue) noexcept override;
    void moved(entry_ref from, entry_ref to) noexcept override {
        if (candidate_ == from) candidate_ = to;
    }
    std::uint64_t rank(unsigned queue) const noexcept override;
    std::size_t bytes() const noexcept override { return counts_.bytes(); }

  private:
    using place = w_tinylfu_policy::place;

    void leave(entry_ref which) noexcept;
    void rise(entry_ref used) noexcept;
    entry_ref oldest_of_main() const noexcept;
    entry_ref worse_of_candidate_and_oldest() noexcept;
    unsigned estimate(entry_ref which) const noexcept;

    w_tinylfu_policy& policy_;
    entry_queues& queues_;
    frequency_sketch counts_;
    entry_ref candidate_ = no_entry;  // on probation
};

}  // namespace backend
