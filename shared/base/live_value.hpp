// A value that one thread may change while others read it, each when it comes to it. Copies like
// the plain value.
#pragma once

#include <atomic>

namespace shared {

template <typename Value>
class live_value {
  public:
    constexpr live_value(Value value = {}) noexcept : value_(value) {}  // NOLINT: stands for it
    live_value(const live_value& other) noexcept : value_(Value(other)) {}
    live_value& operator=(const live_value& other) noexcept { return *this = Value(other); }
    live_value& operator=(Value value) noexcept {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }
    operator Value() const noexcept {  // NOLINT: as above
        return value_.load(std::memory_order_relaxed);
    }

  private:
    std::atomic<Value> value_;
};

}  // namespace shared
