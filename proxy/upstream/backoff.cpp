#include "proxy/upstream/backoff.hpp"

#include <algorithm>

namespace proxy {

void backoff::on_try(shared::steady_time now, double chance) noexcept {
    constexpr unsigned most_doublings = 20;
    if (tries_ == 0) {
        next_ = now;
    } else {
        const auto bound = std::min(most_, first_ * (1L << std::min(tries_ - 1, most_doublings)));
        next_ = now + std::chrono::duration_cast<std::chrono::microseconds>(chance * bound);
    }
    ++tries_;
}

}  // namespace proxy
