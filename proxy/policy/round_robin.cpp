#include "proxy/policy/round_robin.hpp"

#include <cassert>

namespace proxy {

round_robin::round_robin(std::size_t backends) : turns_(backends) {}

std::size_t round_robin::pick(std::uint64_t /*hash*/, std::span<const candidate> candidates) {
    assert(candidates.size() == turns_.size());
    if (changed(candidates)) settle(candidates);

    std::size_t richest = npos;
    std::int64_t earned = 0;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        if (!turns_[i].member) continue;
        turns_[i].credit += candidates[i].weight;
        earned += candidates[i].weight;
        if (richest == npos || turns_[i].credit > turns_[richest].credit) richest = i;
    }
    if (richest != npos) turns_[richest].credit -= earned;
    return richest;
}

bool round_robin::changed(std::span<const candidate> candidates) const noexcept {
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        if (turns_[i].member != candidates[i].eligible()) return true;
    }
    return false;
}

// Only differences of credit matter. Those who stay keep theirs, moved so that their mean is 0, and
// a newcomer begins at 0: it is owed nothing for its absence, so it gets no burst and causes no
// gap.
void round_robin::settle(std::span<const candidate> candidates) noexcept {
    std::int64_t sum = 0;
    std::int64_t staying = 0;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        if (!turns_[i].member || !candidates[i].eligible()) continue;
        sum += turns_[i].credit;
        ++staying;
    }
    const std::int64_t mean = staying == 0 ? 0 : sum / staying;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        const bool eligible = candidates[i].eligible();
        const bool stays = turns_[i].member && eligible;
        turns_[i] = {.credit = stays ? turns_[i].credit - mean : 0, .member = eligible};
    }
}

}  // namespace proxy
