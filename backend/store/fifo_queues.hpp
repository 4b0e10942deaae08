// Queues that are lists of the entry log (entry_queues.hpp). Under the shard's lock.
#pragma once

#include "backend/store/entry_index.hpp"
#include "backend/store/entry_log.hpp"
#include "backend/store/entry_queues.hpp"

namespace backend {

class fifo_queues final : public entry_queues {
  public:
    /// Requires: all outlive it.
    fifo_queues(queues_in_common& common, entry_log& log, entry_index& index) noexcept
        : entry_queues(common), log_(log), index_(index) {}

    unsigned list_for(unsigned queue) const noexcept override { return queue; }
    bool linked() const noexcept override { return false; }
    void push(entry_ref added, unsigned queue) noexcept override {
        count_in(queue, log_.at(added).size());
    }
    void remove(entry_ref removed) noexcept override {
        count_out(queue_of(removed), log_.at(removed).size());
    }
    entry_ref move(entry_ref which, unsigned queue) noexcept override;
    void moved(entry_ref /*from*/, entry_ref /*to*/) noexcept override {}
    unsigned queue_of(entry_ref which) const noexcept override { return log_.list_of(which); }
    entry_ref oldest(unsigned queue) const noexcept override { return log_.oldest(queue); }
    std::uint64_t rank(unsigned queue) const noexcept override { return log_.rank(queue); }
    entry at(entry_ref which) const noexcept override { return log_.at(which); }
    std::uint64_t next_stamp() noexcept override { return take_stamp(); }

  private:
    entry_log& log_;
    entry_index& index_;
};

static_assert(entry_queues::nothing == entry_log::empty);

}  // namespace backend
