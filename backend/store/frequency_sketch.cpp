#include "backend/store/frequency_sketch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <new>

namespace backend {
namespace {

constexpr std::size_t fewest_words = 4;
constexpr std::size_t counted_for_each_entry = 10;
constexpr std::size_t fewest_counted = 160;

constexpr std::array<std::uint64_t, 4> seeds{0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F,
                                             0x165667B19E3779F9, 0xD6E8FEB86659FD93};

std::size_t words_for(std::size_t entries) noexcept {
    return std::bit_ceil(std::max(fewest_words, entries));
}

}  // namespace

/// The low bits choose the word, so that a table of twice the size, filled with two copies of the
/// old one, estimates the same.
frequency_sketch::place frequency_sketch::place_of(std::uint32_t hash,
                                                   unsigned row) const noexcept {
    const std::uint64_t mixed = (hash + std::uint64_t{1}) * seeds[row];
    const std::uint64_t spread = mixed ^ (mixed >> 32U);
    return {.word = (spread >> 8U) & (words_.size() - 1),
            .shift = static_cast<unsigned>(spread & 15U) * 4};
}

void frequency_sketch::count(std::uint32_t hash, std::size_t entries) noexcept {
    if (const std::size_t wanted = words_for(entries); wanted > words_.size()) grow(wanted);
    if (words_.empty()) return;
    bool raised = false;
    for (unsigned row = 0; row < rows; ++row) {
        const place at = place_of(hash, row);
        if ((words_[at.word] >> at.shift & most) < most) {
            words_[at.word] += std::uint64_t{1} << at.shift;
            raised = true;
        }
    }
    if (raised && ++counted_ >= std::max(fewest_counted, counted_for_each_entry * entries)) halve();
}

unsigned frequency_sketch::estimate(std::uint32_t hash) const noexcept {
    if (words_.empty()) return 0;
    unsigned lowest = most;
    for (unsigned row = 0; row < rows; ++row) {
        const place at = place_of(hash, row);
        lowest = std::min(lowest, static_cast<unsigned>(words_[at.word] >> at.shift & most));
    }
    return lowest;
}

void frequency_sketch::grow(std::size_t words) noexcept {
    try {
        std::vector<std::uint64_t> larger(words);
        for (std::size_t i = 0; i < words && !words_.empty(); ++i) {
            larger[i] = words_[i % words_.size()];
        }
        words_ = std::move(larger);
    } catch (const std::bad_alloc&) {
        return;  // it goes on with the size that it has, less exact
    }
}

void frequency_sketch::shrink(std::size_t entries) noexcept {
    const std::size_t wanted = words_for(entries);
    if (words_.size() <= 4 * wanted) return;
    try {
        words_ = std::vector<std::uint64_t>(wanted);
    } catch (const std::bad_alloc&) {
        words_ = std::vector<std::uint64_t>();
    }
    counted_ = 0;
}

void frequency_sketch::halve() noexcept {
    for (auto& each : words_) each = (each >> 1U) & 0x7777777777777777;
    counted_ /= 2;
}

}  // namespace backend
