#include "shared/log/rate_limiter.hpp"

#include <utility>

namespace shared {

rate_limiter::rate_limiter(std::uint32_t most, steady_time::duration window)
    : most_(most), window_(window) {}

std::optional<suppressed_count> rate_limiter::admit(steady_time now) {
    if (!window_start_ || now - *window_start_ >= window_) {
        window_start_ = now;
        admitted_ = 0;
    }
    if (admitted_ == most_) {
        ++suppressed_;
        return std::nullopt;
    }
    ++admitted_;
    return std::exchange(suppressed_, 0);
}

}  // namespace shared
