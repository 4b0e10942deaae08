// The slowest requests of late, as SLOWLOG tells them. One for the backend: every worker may call
// it; a worker takes the lock only for a request that is slow. Pure: time is an argument.
#pragma once

#include "shared/base/clock.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

struct slow_request {
    std::uint64_t id;
    shared::unix_us began;
    std::int64_t took;               // microseconds
    std::vector<std::string> words;  // shortened: see `slow_log::add`
    std::string peer;                // "127.0.0.1:51234"
    std::string client_name;
};

class slow_log {
  public:
    /// Requests that take so many microseconds or longer are kept; negative: none is.
    std::int64_t threshold() const noexcept { return threshold_.load(std::memory_order_relaxed); }
    void set_threshold(std::int64_t micros) noexcept { threshold_ = micros; }

    std::size_t capacity() const noexcept { return capacity_.load(std::memory_order_relaxed); }
    /// Takes effect with the next request that is kept, as in Redis.
    void set_capacity(std::size_t requests) noexcept { capacity_ = requests; }

    bool is_slow(std::int64_t took) const noexcept {
        const auto limit = threshold();
        return limit >= 0 && took >= limit;
    }

    /// Keeps a request, with 32 words and 128 bytes of each at most: what is left out is told in
    /// their place, in Redis's words.
    void add(shared::unix_us began, std::int64_t took, std::span<const std::string_view> words,
             std::string_view peer, std::string_view client_name);

    /// The newest first, `most` of them.
    std::vector<slow_request> newest(std::size_t most) const;

    std::size_t size() const;
    void clear();

    static constexpr std::size_t most_words = 32;
    static constexpr std::size_t most_bytes = 128;

  private:
    std::atomic<std::int64_t> threshold_{10'000};
    std::atomic<std::size_t> capacity_{128};
    mutable std::mutex mutex_;
    std::deque<slow_request> requests_;  // the newest first
    std::uint64_t next_id_ = 0;
};

}  // namespace backend
