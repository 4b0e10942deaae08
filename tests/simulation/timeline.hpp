// Simulated time: what is to happen when. Events of one time happen in the order in which they were
// planned. Owned by the world of one seed.
#pragma once

#include "shared/base/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace simulation {

/// Microseconds since the beginning of the run.
using sim_time = std::int64_t;

inline constexpr sim_time ms = 1'000;
inline constexpr sim_time second = 1'000'000;

class timeline {
  public:
    sim_time now() const noexcept { return now_; }
    std::uint64_t events() const noexcept { return events_; }

    /// The same on a clock that never jumps.
    shared::steady_time steady() const noexcept {
        return shared::steady_time(std::chrono::microseconds(steady_origin + now_));
    }

    /// When that time of the steady clock comes; now at the earliest.
    sim_time when(shared::steady_time time) const noexcept {
        const auto since = std::chrono::duration_cast<std::chrono::microseconds>(
            time.time_since_epoch() + std::chrono::nanoseconds(999));
        return std::max<sim_time>(now_, since.count() - steady_origin);
    }

    void at(sim_time when, std::function<void()> what) {
        std::uint32_t place = 0;
        if (free_.empty()) {
            place = static_cast<std::uint32_t>(work_.size());
            work_.push_back(std::move(what));
        } else {
            place = free_.back();
            free_.pop_back();
            work_[place] = std::move(what);
        }
        planned_.push_back({std::max(when, now_), next_++, place});
        std::push_heap(planned_.begin(), planned_.end());
    }

    void after(sim_time pause, std::function<void()> what) { at(now_ + pause, std::move(what)); }

    /// Lets the next event happen if it is due at `until` or before; else that is the time now.
    bool step(sim_time until) {
        if (planned_.empty() || planned_.front().when > until) {
            now_ = std::max(now_, until);
            return false;
        }
        std::pop_heap(planned_.begin(), planned_.end());
        const auto next = planned_.back();
        planned_.pop_back();
        now_ = next.when;
        ++events_;
        const auto what = std::exchange(work_[next.place], nullptr);
        free_.push_back(next.place);
        what();
        return true;
    }

    void run_until(sim_time until) {
        while (step(until)) {
        }
    }

  private:
    static constexpr sim_time steady_origin = 1'000 * second;

    struct entry {
        sim_time when;
        std::uint64_t number;
        std::uint32_t place;

        /// The earliest is the top of the heap.
        bool operator<(const entry& other) const noexcept {
            return std::pair(when, number) > std::pair(other.when, other.number);
        }
    };

    std::vector<entry> planned_;
    std::vector<std::function<void()>> work_;
    std::vector<std::uint32_t> free_;
    sim_time now_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t events_ = 0;
};

}  // namespace simulation
