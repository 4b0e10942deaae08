#include "proxy/resilience/retry_budget.hpp"

#include <algorithm>

namespace proxy {

retry_budget::retry_budget(const retry_settings& settings, shared::steady_time now) noexcept
    : settings_(settings), tokens_(settings.most), filled_to_(now) {}

bool retry_budget::take(std::uint64_t requests, shared::steady_time now) noexcept {
    const auto seconds = std::chrono::duration<double>(now - filled_to_).count();
    tokens_ += settings_.share * static_cast<double>(requests - requests_);
    tokens_ += settings_.least * std::max(seconds, 0.0);
    tokens_ = std::min(tokens_, settings_.most);
    requests_ = requests;
    filled_to_ = std::max(filled_to_, now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
}

}  // namespace proxy
