// Tells from requests alone that a backend has gone silent: so many time-outs in a row, no byte
// moved between, and none for as long as a request may take. The second counts as well, for many
// requests may time out in one instant: one who answers steadily but late, or is busy with one
// large request or reply, is not silent. Pure. One for each connection; what comes of it is the
// board's business, which lets a backend back when `rise` probes were good. (Passive detection, as
// Envoy's consecutive gateway failures.)
#pragma once

#include "shared/base/clock.hpp"

#include <chrono>

namespace proxy {

class outlier {
  public:
    /// `limit` of 0: never. `span`: how long nothing has to have moved.
    outlier(unsigned limit, std::chrono::microseconds span) noexcept : limit_(limit), span_(span) {}

    /// The other side has sent something, or made room for what it is sent, at `when` or later.
    void on_movement(shared::steady_time when) noexcept {
        row_ = 0;
        moved_ = when;
    }

    void on_timeout() noexcept { ++row_; }

    /// True when the row has become long enough; it then begins anew.
    bool takes_for_silent(shared::steady_time now) noexcept {
        if (limit_ == 0 || row_ < limit_ || now - moved_ < span_) return false;
        row_ = 0;
        return true;
    }

  private:
    unsigned limit_;
    std::chrono::microseconds span_;
    unsigned row_ = 0;
    shared::steady_time moved_{};
};

}  // namespace proxy
