// The status of every backend of a pool, as all workers see it. Written by the prober and by
// workers whose connections fail (under a lock, rarely); read without a lock for every request.
#pragma once

#include "proxy/health/probe_state.hpp"
#include "proxy/resilience/ramp.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace proxy {

class health_board {
  public:
    /// `names` are the backends', for the log. `slow_start`: how long one that has come back takes
    /// until it serves all of its keys again; 0: no time.
    health_board(std::vector<std::string> names, unsigned fall, unsigned rise,
                 std::chrono::microseconds slow_start = {});

    backend_status status(std::size_t backend) const noexcept {
        return statuses_[backend].load(std::memory_order_relaxed);
    }

    /// How many slices of its keys a returning backend serves.
    std::uint8_t share(std::size_t backend) const noexcept {
        return shares_[backend].load(std::memory_order_relaxed);
    }

    std::size_t size() const noexcept { return statuses_.size(); }

    /// Grows with every change of a status or share: who keeps a copy of them sees by it that it is
    /// out of date.
    std::uint64_t changes() const noexcept { return changes_.load(std::memory_order_acquire); }

    void on_probe(std::size_t backend, probe_outcome outcome);
    void on_refused(std::size_t backend);

    /// Lets returning backends have more of their keys. To be called some times in a second, by
    /// any number of threads.
    void advance(shared::steady_time now);

    /// True once every backend has been probed.
    bool all_known() const;

  private:
    void settle(std::size_t backend, backend_status status, bool was_known);
    void publish(std::size_t backend, backend_status status);

    const std::vector<std::string> names_;
    std::deque<std::atomic<backend_status>> statuses_;
    std::deque<std::atomic<std::uint8_t>> shares_;
    std::atomic<std::uint64_t> changes_{0};
    std::atomic<std::size_t> returning_{0};  // how many backends
    mutable std::mutex mutex_;
    std::vector<probe_state> states_;
    std::vector<ramp> ramps_;
    std::vector<bool> was_away_;  // has been down since it was ready
};

}  // namespace proxy
