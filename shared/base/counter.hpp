// A number with one writer and any number of readers: adding needs no locked instruction.
#pragma once

#include <atomic>
#include <cstdint>

namespace shared {

class counter {
  public:
    void add(std::uint64_t more = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t less = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) - less, std::memory_order_relaxed);
    }
    void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace shared
