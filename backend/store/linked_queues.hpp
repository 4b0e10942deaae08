// Queues that are linked through their entries (entry_queues.hpp), which lie in one list of the
// log. Under the shard's lock.
#pragma once

#include "backend/store/entry_log.hpp"
#include "backend/store/entry_queues.hpp"

namespace backend {

class linked_queues final : public entry_queues {
  public:
    /// Requires: both outlive it.
    linked_queues(queues_in_common& common, entry_log& log) noexcept
        : entry_queues(common), log_(log) {}

    unsigned list_for(unsigned /*queue*/) const noexcept override { return 0; }
    bool linked() const noexcept override { return true; }
    void push(entry_ref added, unsigned queue) noexcept override;
    void remove(entry_ref removed) noexcept override;
    entry_ref move(entry_ref which, unsigned queue) noexcept override;
    void moved(entry_ref from, entry_ref to) noexcept override;
    unsigned queue_of(entry_ref which) const noexcept override {
        return log_.at(which).read_links().queue;
    }
    entry_ref oldest(unsigned queue) const noexcept override { return ends_[queue].oldest; }
    std::uint64_t rank(unsigned queue) const noexcept override;
    entry at(entry_ref which) const noexcept override { return log_.at(which); }
    std::uint64_t next_stamp() noexcept override { return 0; }

  private:
    struct ends {
        entry_ref oldest = no_entry;
        entry_ref newest = no_entry;
    };

    /// A direction: the link in an entry, and the end of the queue that stands in for it.
    struct side {
        entry_ref entry::links::* link;
        entry_ref ends::* end;
    };
    static constexpr side newer{&entry::links::newer, &ends::oldest};
    static constexpr side older{&entry::links::older, &ends::newest};

    void link(entry_ref added, unsigned queue) noexcept;
    entry::links unlink(entry_ref removed) noexcept;
    void set(entry_ref of, side which, entry_ref neighbour, unsigned queue) noexcept;

    entry_log& log_;
    std::array<ends, most_queues> ends_;
};

}  // namespace backend
