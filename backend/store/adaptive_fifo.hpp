// The default policy: two queues (queue_pair.hpp) under the rules that serve the present load best,
// as two miniatures of the cache, one under each, show.
//
//   recency   S3-FIFO with a small queue of 20 %, which also remembers what the main queue evicted.
//             For skewed loads and scans.
//   guard     New keys get hardly any room, 1/512, and the main queue only what was used again
//             even so. It keeps what it has, and so a part of a loop that is too long for the
//             cache, where recency keeps nothing. For each 16 that it turns away it looks at one of
//             those it keeps, so that what has become useless goes in the end. It begins with this.
//
// Why two: what a loop wants, that nothing new displaces the old, is what a moving set of keys must
// not have. One rule with a parameter between them was worse at both ends (see README.md).
//
// The miniatures see all requests while there are few entries and a sample of the keys beyond
// 1,024. Whose rules hit more, older hits counting less, is followed. What they don't know: deletes
// and expiry, and how the sample's keys differ from the rest.
#pragma once

#include "backend/store/miniature.hpp"
#include "backend/store/queue_pair.hpp"

#include <mutex>

namespace backend {

class adaptive_fifo_policy final : public queue_pair_policy {
  public:
    static constexpr queue_rules recency{.small_parts = 5,
                                         .uses_to_stay = 2,
                                         .uses_are_kept = false,
                                         .remembered_enter_main = true,
                                         .main_remembered = true,
                                         .filled_first = false,
                                         .patience = 0};
    static constexpr queue_rules guard{.small_parts = 512,
                                       .uses_to_stay = 1,
                                       .uses_are_kept = true,
                                       .remembered_enter_main = false,
                                       .main_remembered = true,
                                       .filled_first = true,
                                       .patience = 16};

    static constexpr std::size_t most_sampled = 1024;

    adaptive_fifo_policy() noexcept;

    std::size_t bytes() const noexcept override { return bytes_.load(std::memory_order_relaxed); }

  protected:
    void on_sample(std::uint32_t hash, std::size_t cost) noexcept override;
    void on_eviction() noexcept override {
        if (!full_.load(relaxed)) full_.store(true, relaxed);
    }
    void on_removal() noexcept override;

  private:
    void compare(std::uint32_t hash, std::size_t cost);
    void choose() noexcept;
    void resample();
    void start_anew() noexcept;
    void publish_size() noexcept;

    std::mutex
        mutex_;  // of all that is not atomic; taken under a shard's lock, never the other way
    miniature recency_{recency};
    miniature guard_{guard};
    std::int64_t lead_ = 0;                // hits of recency beyond guard's
    std::size_t requests_ = 0;             // since the lead was halved
    unsigned sampled_bits_ = 0;            // one key out of two to their power is sampled
    std::atomic<bool> full_{false};        // there has been an eviction
    std::atomic<std::uint64_t> nodes_{0};  // of the larger miniature
    std::atomic<std::size_t> bytes_{0};
};

}  // namespace backend
