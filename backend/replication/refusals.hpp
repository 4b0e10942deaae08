// Links of one direction that were refused: what is told of them, and how often. Pure; not
// thread-safe.
#pragma once

#include "shared/log/rate_limiter.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace backend {

class refusals {
  public:
    refusals();

    /// A link was refused, with these words, which may be the partner's. The text for the log;
    /// nothing if one was told a short while ago. Requires: `now` never goes back.
    std::optional<std::string> note(std::string_view why, shared::steady_time now);

    /// A link came about.
    void clear() { why_.clear(); }

    /// Why the last link was refused; empty if that is a while ago, for a partner tries again.
    std::string latest(shared::steady_time now) const;

  private:
    std::string why_;
    shared::steady_time at_{};
    shared::rate_limiter told_;
};

}  // namespace backend
