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

#include "backend/store/eviction.hpp"
#include "backend/store/ghosts.hpp"
#include "backend/store/queue_rules.hpp"

#include <atomic>

namespace backend {

/// What the shards share. Derived policies choose the rules.
class queue_pair_policy : public eviction_policy {
  public:
    explicit queue_pair_policy(const queue_rules& rules) noexcept { follow(rules); }

    std::unique_ptr<eviction> make_part(entry_queues& of_shard) override;
    unsigned next_queue() const noexcept override;

    /// Bytes of all entries.
    std::uint64_t held() const noexcept;
    std::uint64_t entries() const noexcept;

    bool follows(const queue_rules& rules) const noexcept { return &this->rules() == &rules; }

  protected:
    static constexpr auto relaxed = std::memory_order_relaxed;

    /// By any thread. Requires: the rules live as long as the policy.
    void follow(const queue_rules& rules) noexcept;

    /// From now on `on_sample` is told of the requests for one key out of `in`. By any thread.
    void sample(std::uint64_t in) noexcept { sampled_.store(all_hashes / in, relaxed); }
    bool is_sampled(std::uint32_t hash) const noexcept {
        return hash * 0x9E3779B1U < sampled_.load(relaxed);
    }

    /// A request for a sampled key, of an entry of so many bytes. Called under a shard's
    /// lock, by several threads at once.
    virtual void on_sample(std::uint32_t /*hash*/, std::size_t /*size*/) noexcept {}

    /// Room is needed. Called under a shard's lock, by several threads at once.
    virtual void on_eviction() noexcept {}

    /// An entry has left. Called under a shard's lock, by several threads at once.
    virtual void on_removal() noexcept {}

  private:
    friend class queue_pair;
    static constexpr unsigned small = 0;
    static constexpr unsigned main = 1;
    static constexpr std::uint64_t all_hashes = std::uint64_t{1} << 32U;
    static constexpr std::uint64_t no_hash = all_hashes;

    const queue_rules& rules() const noexcept { return *rules_.load(relaxed); }
    bool small_is_large() const noexcept;
    bool must_fill() noexcept;
    bool may_spare() const noexcept;
    bool may_spare_newest() const noexcept;

    std::atomic<const queue_rules*> rules_{nullptr};
    std::atomic<std::uint64_t> sampled_{0};  // hashes below it, once they are mixed
    // While the main queue fills under rules that want it, and whether it owes an eviction for what
    // was moved into it.
    std::atomic<bool> filling_{false};
    std::atomic<bool> main_owes_{false};
    std::atomic<unsigned> spared_{0};  // steps since the last eviction that evicted nothing
    // The hash of the key that was written last, not to be evicted while there is another. There
    // may be several keys of that hash.
    std::atomic<std::uint64_t> newest_{no_hash};
    std::atomic<unsigned> newest_in_{small};
};

/// The part of a shard, under its lock.
class queue_pair final : public eviction {
  public:
    static constexpr unsigned small = queue_pair_policy::small;
    static constexpr unsigned main = queue_pair_policy::main;

    /// Requires: both outlive it.
    queue_pair(queue_pair_policy& policy, entry_queues& queues) noexcept
        : policy_(policy), queues_(queues) {}

    unsigned admit(std::uint32_t hash, std::size_t size) noexcept override;
    entry_ref add(entry_ref added, std::uint32_t hash, unsigned queue) noexcept override;
    void use(entry_ref used, std::uint32_t hash) noexcept override;
    void overwritten(entry_ref used, std::uint32_t hash) noexcept override;
    void replace(entry_ref old, entry_ref by, std::uint32_t hash) noexcept override;
    void remove(entry_ref removed) noexcept override;
    entry_ref evict(unsigned queue) noexcept override;
    std::uint64_t rank(unsigned queue) const noexcept override { return queues_.rank(queue); }
    std::size_t bytes() const noexcept override { return ghosts_.bytes(); }

  private:
    /// The oldest of a queue, with what a step needs to know of it.
    struct candidate {
        entry_ref ref;
        entry held;
        std::uint32_t hash;
    };

    candidate oldest_of(unsigned queue) const noexcept;
    entry_ref move(const candidate& which, unsigned queue) noexcept;
    bool is_newest(const candidate& which) const noexcept;
    bool must_stay(const candidate& which, unsigned queue) const noexcept;
    void set_newest(std::uint32_t hash, unsigned queue) noexcept;
    entry_ref fill_main(std::size_t most, entry_ref watched) noexcept;
    entry_ref evict_small(const queue_rules& rules) noexcept;
    entry_ref evict_main(const queue_rules& rules) noexcept;
    entry_ref take_place(const candidate& passing, const queue_rules& rules) noexcept;

    queue_pair_policy& policy_;
    entry_queues& queues_;
    ghosts ghosts_;
    unsigned passed_by_ = 0;  // since the oldest of the main queue was looked at
};

}  // namespace backend
