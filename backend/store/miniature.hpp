// A small picture of a cache in two queues (queue_pair.hpp) under given rules: it knows a sample of
// the keys and a share of the room, holds no values, and tells how often it would have hit (C.
// Waldspurger, T. Saemundsson, I. Ahmad, N. Park, "Cache modeling and optimization using miniature
// simulations", USENIX ATC 2017). Not safe for threads; whoever owns it locks.
//
// A hash is taken for its key. A node is 20 bytes, a place in the index 4.
#pragma once

#include "backend/store/ghosts.hpp"
#include "backend/store/queue_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace backend {

class miniature {
  public:
    /// Requires: the rules outlive it.
    explicit miniature(const queue_rules& rules) noexcept
        : rules_(&rules), filling_(rules.filled_first) {}

    /// A request for the key; true if it is there. It is put in otherwise, and for it what
    /// is beyond `room` bytes or `most` keys goes. Throws std::bad_alloc; it is of no use then.
    bool request(std::uint32_t hash, std::size_t cost, std::uint64_t room, std::size_t most);

    /// Drops keys for which `is_sampled(hash)` is false, keeping the order of the others.
    template <typename IsSampled>
    void keep(const IsSampled& is_sampled) {
        for (queue& each : queues_) {
            for (std::size_t left = each.size; left > 0; --left) {
                const std::uint32_t at = pop(each);
                if (is_sampled(nodes_[at].hash)) {
                    push(each, at);
                } else {
                    forget(at);
                }
            }
        }
    }

    /// Evicts until no more than `most` keys are left, and gives back the memory of the others.
    /// Throws std::bad_alloc; it is of no use then.
    void shrink(std::size_t most);

    std::size_t size() const noexcept { return queues_[0].size + queues_[1].size; }
    std::size_t bytes() const noexcept;

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr unsigned small = 0;
    static constexpr unsigned main = 1;

    struct node {
        std::uint32_t hash;
        std::uint32_t cost;
        std::uint32_t newer;  // in its queue
        std::uint32_t chain;  // in its bucket of the index, or of the nodes that are free
        std::uint8_t queue;
        std::uint8_t uses;
    };
    static_assert(sizeof(node) == 20);

    struct queue {
        std::uint32_t oldest = none;
        std::uint32_t newest = none;
        std::size_t size = 0;
        std::uint64_t bytes = 0;
    };

    std::uint32_t& bucket_of(std::uint32_t hash) noexcept;
    std::uint32_t find(std::uint32_t hash) noexcept;
    std::uint32_t make(std::uint32_t hash, std::uint32_t cost);
    void index_anew(std::size_t buckets);
    void forget(std::uint32_t at) noexcept;
    void push(queue& where, std::uint32_t at) noexcept;
    std::uint32_t pop(queue& from) noexcept;
    void enter(std::uint32_t at, unsigned which) noexcept;
    bool small_is_large() const noexcept;
    void fill_main() noexcept;
    void make_room(std::uint64_t room, std::size_t most) noexcept;
    void evict() noexcept;
    void evict_small() noexcept;
    void evict_main() noexcept;

    const queue_rules* rules_;
    bool filling_;
    std::vector<node> nodes_;
    std::vector<std::uint32_t> buckets_;
    std::uint32_t free_ = none;
    queue queues_[2];
    unsigned passed_by_ = 0;  // since the oldest of the main queue was looked at
    ghosts ghosts_;
};

}  // namespace backend
