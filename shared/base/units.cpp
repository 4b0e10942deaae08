#include "shared/base/units.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace shared {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<unit, 5> size_units{
    {{"tb", 1ULL << 40}, {"gb", 1ULL << 30}, {"mb", 1ULL << 20}, {"kb", 1ULL << 10}, {"b", 1}}};

constexpr std::array<unit, 6> duration_units{{{"d", 86'400'000'000},
                                              {"h", 3'600'000'000},
                                              {"m", 60'000'000},
                                              {"s", 1'000'000},
                                              {"ms", 1'000},
                                              {"us", 1}}};

constexpr std::uint64_t longest_duration = 10'000ULL * 86'400'000'000ULL;

bool same_letters(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((text[i] | 0x20) != lower[i]) return false;
    }
    return true;
}

/// A whole number followed by one of `units`, multiplied out; nothing for other text or on
/// overflow.
std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const unit> units) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const auto& candidate : units) {
        if (!same_letters(suffix, candidate.name)) continue;
        std::uint64_t product = 0;
        if (__builtin_mul_overflow(number, candidate.factor, &product)) return std::nullopt;
        return product;
    }
    return std::nullopt;
}

std::string format_with_unit(std::uint64_t number, std::span<const unit> units) {
    for (const auto& candidate : units) {
        if (number % candidate.factor == 0 && (number != 0 || candidate.factor == 1)) {
            return std::to_string(number / candidate.factor).append(candidate.name);
        }
    }
    return {};
}

}  // namespace

result<std::uint64_t> parse_size(std::string_view text) {
    const bool bare = !text.empty() && text.back() >= '0' && text.back() <= '9';
    const auto size = parse_with_unit(std::string(text) + (bare ? "b" : ""), size_units);
    if (!size) return errc::invalid_size;
    return *size;
}

result<std::chrono::microseconds> parse_duration(std::string_view text) {
    const auto duration = parse_with_unit(text, duration_units);
    if (!duration || *duration > longest_duration) return errc::invalid_duration;
    return std::chrono::microseconds(*duration);
}

std::string format_size(std::uint64_t bytes) {
    return format_with_unit(bytes, size_units);
}

std::string format_duration(std::chrono::microseconds duration) {
    return format_with_unit(static_cast<std::uint64_t>(duration.count()), duration_units);
}

}  // namespace shared
