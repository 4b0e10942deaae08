#include "proxy/frontend/lanes.hpp"

#include <algorithm>

namespace proxy {

connection* lanes::take(link& to, std::uint64_t request) {
    const auto fitting = std::find_if(lent_.begin(), lent_.end(), [&](const lent& one) {
        return one.from == &to && one.newest_request < request;
    });
    if (fitting != lent_.end()) {
        fitting->newest_request = request;
        return fitting->lane;
    }
    lent_.reserve(lent_.size() + 1);
    auto* const lane = to.take_lane();
    if (lane != nullptr) lent_.push_back({&to, lane, request});
    return lane;
}

void lanes::give_back() noexcept {
    for (const auto& one : lent_) one.from->give_back(*one.lane);
    lent_ = {};
}

}  // namespace proxy
