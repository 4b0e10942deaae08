#include "backend/replication/refusals.hpp"

#include <algorithm>

namespace backend {
namespace {

constexpr std::chrono::seconds telling_interval{10};
constexpr std::chrono::seconds memory{10};
constexpr std::size_t longest_reason = 400;

/// A line of printable letters, whatever the partner has said.
std::string one_line(std::string_view text) {
    std::string line(text.substr(0, longest_reason));
    std::replace_if(
        line.begin(), line.end(),
        [](char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f'; },
        '?');
    return line;
}

}  // namespace

refusals::refusals() : told_(1, telling_interval) {}

std::optional<std::string> refusals::note(std::string_view why, shared::steady_time now) {
    why_ = one_line(why);
    at_ = now;
    const auto swallowed = told_.admit(now);
    if (!swallowed) return std::nullopt;
    return *swallowed == 0 ? why_ : why_ + " (" + std::to_string(*swallowed) + " more before)";
}

std::string refusals::latest(shared::steady_time now) const {
    return now < at_ + memory ? why_ : std::string();
}

}  // namespace backend
