#include "proxy/frontend/lanes.hpp"

#include <algorithm>

namespace proxy {

connection* lanes::take(link& to, std::uint64_t request) {
    const auto fitting = std::ranges::find_if(all_, [&](const lane& one) {
        return one.lent && one.to == &to && one.newest_request < request;
    });
    if (fitting != all_.end()) {
        fitting->newest_request = request;
        return fitting->way;
    }
    all_.reserve(all_.size() + 1);
    auto* const taken = to.take_lane();
    if (taken != nullptr) all_.push_back({&to, taken, request, true});
    return taken;
}

connection& lanes::take_or(link& to, std::uint64_t request, connection& fallback) {
    const bool falls_back =
        std::ranges::any_of(all_, [&](const lane& one) { return !one.lent && one.to == &to; });
    if (falls_back) return fallback;
    if (auto* const taken = take(to, request)) return *taken;
    // What is under way on a lane stays ahead of later requests, which take that lane.
    const bool has_lane = std::ranges::any_of(all_, [&](const lane& one) { return one.to == &to; });
    if (!has_lane) all_.push_back({&to, &fallback, request, false});
    return fallback;
}

void lanes::forget_fallbacks() noexcept {
    std::erase_if(all_, [](const lane& one) { return !one.lent; });
}

bool lanes::has(const connection& one) const noexcept {
    return std::ranges::any_of(all_,
                               [&](const lane& each) { return each.lent && each.way == &one; });
}

void lanes::give_back() noexcept {
    for (const auto& one : all_) {
        if (one.lent) one.to->give_back(*one.way);
    }
    std::vector<lane>().swap(all_);
}

}  // namespace proxy
