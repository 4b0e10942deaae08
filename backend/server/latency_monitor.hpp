// What LATENCY tells: when something took longer than the threshold, by kinds of events, the last
// 160 of each. One for the backend: every worker may call it; a worker takes the lock only for an
// event that is kept. Pure: time is an argument.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

struct latency_sample {
    std::int64_t at;    // seconds since the Unix epoch
    std::int64_t took;  // milliseconds
};

struct latency_event {
    std::string name;
    latency_sample last;
    std::int64_t longest;  // milliseconds, since the last reset
};

class latency_monitor {
  public:
    /// Milliseconds from which on an event is kept; 0: none is.
    std::int64_t threshold() const noexcept { return threshold_.load(std::memory_order_relaxed); }
    void set_threshold(std::int64_t millis) noexcept { threshold_ = millis; }

    bool is_kept(std::int64_t took_millis) const noexcept {
        const auto limit = threshold();
        return limit > 0 && took_millis >= limit;
    }

    /// As in Redis, the longest of one second is one sample.
    void add(std::string_view event, const latency_sample& sample);

    std::vector<latency_event> latest() const;
    std::vector<latency_sample> history(std::string_view event) const;

    /// Forgets these events, all of them if none is named; how many there were.
    std::size_t reset(std::span<const std::string_view> events);

    static constexpr std::size_t most_samples = 160;

  private:
    struct series {
        std::deque<latency_sample> samples;  // the newest last
        std::int64_t longest = 0;
    };

    std::atomic<std::int64_t> threshold_{0};
    mutable std::mutex mutex_;
    std::map<std::string, series, std::less<>> events_;
};

/// What LATENCY DOCTOR says at that second of the Unix epoch: a line for each kind of events.
std::string latency_diagnosis(const latency_monitor& events, std::int64_t now);

}  // namespace backend
