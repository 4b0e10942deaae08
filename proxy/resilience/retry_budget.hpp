// Bounds how many requests are sent a second time: when many fail, sending them again is load that
// makes more fail. A token bucket: each request adds `share` of a token, each second `least`, and
// each second try takes one. Pure. One for each worker and pool, of its own requests.
//
// (The idea and the figure of 20 %: Finagle's RetryBudget; "Addressing Cascading Failures", Site
// Reliability Engineering, chapter 22.) Requests are not told of one by one: what they have added
// is found when a token is asked for, so an ordinary request costs nothing here.
#pragma once

#include "shared/base/clock.hpp"

#include <cstdint>

namespace proxy {

struct retry_settings {
    double share = 0.2;    // tokens for each request
    double least = 10;     // tokens for each second, whatever the requests
    double most = 10'000;  // tokens that may be there at once
};

class retry_budget {
  public:
    /// Begins with as many as there may be: a home may die when little has been asked yet.
    retry_budget(const retry_settings& settings, shared::steady_time now) noexcept;

    /// Takes a token if there is one. `requests`: all so far, never fewer than the time before.
    bool take(std::uint64_t requests, shared::steady_time now) noexcept;

    double tokens() const noexcept { return tokens_; }

  private:
    retry_settings settings_;
    double tokens_;
    std::uint64_t requests_ = 0;  // of which the tokens have been added
    shared::steady_time filled_to_;
};

}  // namespace proxy
