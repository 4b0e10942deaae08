// When a connection that fails again and again may be tried again. Pure: time and chance are
// arguments. One for each connection.
//
// The first try after a success is free; from then on each waits by chance between nothing and a
// bound that doubles: "full jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture
// Blog, 2015), so that many workers and many proxies do not come all at once.
#pragma once

#include "shared/base/clock.hpp"

#include <chrono>

namespace proxy {

class backoff {
  public:
    /// The first wait is below `first`, none is longer than `most`. Requires: 0 < first <= most.
    backoff(std::chrono::microseconds first, std::chrono::microseconds most) noexcept
        : first_(first), most_(most) {}

    bool may_try(shared::steady_time now) const noexcept { return now >= next_; }

    /// A try begins. `chance` is from 0 up and below 1.
    void on_try(shared::steady_time now, double chance) noexcept;

    /// The other side has answered: being connected proves little, a server that is full accepts,
    /// says so and closes.
    void on_success() noexcept { tries_ = 0; }

    /// The other side has come back, as others have seen: it may be tried at once.
    void on_return() noexcept {
        tries_ = 0;
        next_ = {};
    }

  private:
    std::chrono::microseconds first_;
    std::chrono::microseconds most_;
    shared::steady_time next_{};
    unsigned tries_ = 0;  // without a success
};

}  // namespace proxy
