#include "shared/config/nearest.hpp"

#include <algorithm>
#include <vector>

namespace shared {
namespace {

/// A third of the letters may be wrong: "intervall" is near "interval", "port" is not near "pool".
std::size_t near_enough(std::string_view word) {
    return std::max<std::size_t>(1, word.size() / 3);
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> before(width), previous(width), current(width);
    for (std::size_t j = 0; j < width; ++j) current[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        before.swap(previous);
        previous.swap(current);
        current[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const bool same = left[i - 1] == right[j - 1];
            current[j] =
                std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
            const bool swapped =
                i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
        }
    }
    return current.back();
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    std::size_t best_distance = near_enough(word) + 1;
    for (const auto candidate : candidates) {
        const auto distance = edit_distance(word, candidate);
        if (distance >= best_distance) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto name = nearest(word, candidates);
    return name.empty() ? std::string() : "; did you mean \"" + std::string(name) + "\"?";
}

}  // namespace shared
