// A cache in two queues, the mechanism of several policies: new keys wait in a small queue, and
// what proves useful there, or comes back soon, moves into the main one.
//
//                 not remembered             used often enough
//     new key ───────────────────▶ small ─────────────────────▶ main ──▶ evicted, remembered
//          │                          │ otherwise               ▲  ▲  │
//          │                          ▼                         │  └──┘ used: back, one use less
//          │                       evicted, remembered          │
//          └────────────────────────────────────────────────────┘
//             remembered
//
// A hit only counts, up to three, in the entry; nothing moves. `queue_rules` are what the policies
// differ in. Shares are of bytes; for entries of one size that is the same as of entries.
#pragma once

#include "backend/store/entry_queue.hpp"
#include "backend/store/ghosts.hpp"

#include <atomic>

namespace backend {

struct queue_rules {
    unsigned small_parts;        // the small queue is one part of so many; it holds one at least
    unsigned uses_to_stay;       // in the small queue, to move into the main one
    bool uses_are_kept;          // by the move; else they begin at 0 again
    bool remembered_enter_main;  // or they enter the small queue as all others do
    bool main_remembered;        // what is evicted from the main queue, too
    bool filled_first;  // the main queue, from what is there when these rules begin to hold
};

/// What the shards share. Derived policies choose the rules.
class queue_pair_policy : public eviction_policy {
  public:
    explicit queue_pair_policy(const queue_rules& rules) noexcept { follow(rules); }

    std::unique_ptr<eviction> make_part() override;
    unsigned next_queue() const noexcept override;

    /// Bytes of all entries.
    std::uint64_t held() const noexcept;
    std::uint64_t entries() const noexcept;

  protected:
    /// By any thread. Requires: the rules live as long as the policy.
    void follow(const queue_rules& rules) noexcept;

    /// A request for the key, of an entry that costs so many bytes. Called under a shard's lock.
    virtual void on_request(std::uint32_t /*hash*/, std::size_t /*cost*/) noexcept {}

    /// Room is needed. Called under a shard's lock.
    virtual void on_eviction() noexcept {}

  private:
    friend class queue_pair;
    static constexpr unsigned small = 0;
    static constexpr unsigned main = 1;

    const queue_rules& rules() const noexcept { return *rules_.load(std::memory_order_relaxed); }
    bool small_is_large() const noexcept;

    queue_stamps stamps_{0};
    queue_total totals_[eviction::most_queues];
    std::atomic<const queue_rules*> rules_{nullptr};
    std::atomic<bool> filling_{false};
    // The entry that was written last, not to be evicted while there is another; never looked into.
    std::atomic<const entry*> newest_{nullptr};
    std::atomic<unsigned> newest_in_{small};
};

/// The part of a shard, under its lock.
class queue_pair final : public eviction {
  public:
    static constexpr unsigned small = queue_pair_policy::small;
    static constexpr unsigned main = queue_pair_policy::main;

    /// Requires: `policy` outlives it.
    explicit queue_pair(queue_pair_policy& policy) noexcept;

    void add(entry& added) noexcept override;
    void use(entry& used) noexcept override;
    void replace(entry& old, entry& by) noexcept override;
    void remove(entry& removed) noexcept override;
    entry* evict(unsigned queue) noexcept override;
    std::uint64_t rank(unsigned queue) const noexcept override { return queues_[queue].rank(); }
    std::size_t bytes() const noexcept override { return ghosts_.bytes(); }

  private:
    void enter(entry& which, unsigned queue) noexcept;
    void set_newest(const entry& which) noexcept;
    entry* evict_small(const queue_rules& rules) noexcept;
    entry* evict_main(const queue_rules& rules) noexcept;
    std::size_t size() const noexcept { return queues_[small].size() + queues_[main].size(); }

    queue_pair_policy& policy_;
    entry_queue queues_[most_queues];
    ghosts ghosts_;
};

}  // namespace backend
