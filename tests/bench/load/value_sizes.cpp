#include "tests/bench/load/value_sizes.hpp"

#include "tests/bench/load/random.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace bench {

namespace {

constexpr std::uint64_t seed = 0x5eed;  // sizes have nothing to do with the order of requests

std::size_t read_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(text.begin(), text.end(), number);
    if (problem != std::errc() || end != text.end() || number > (1U << 30U)) {
        throw std::invalid_argument(
            "a value size is a number of bytes, SIZE:WEIGHT,… or long-tail");
    }
    return number;
}

}  // namespace

value_sizes value_sizes::read(std::string_view text) {
    value_sizes made;
    if (text == "long-tail") {
        made.long_tail_ = true;
        made.largest_ = tail_most;
        return made;
    }
    if (text.find(':') == std::string_view::npos) return value_sizes(read_number(text));
    made.largest_ = 0;
    std::uint64_t weights = 0;
    while (!text.empty()) {
        const auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto colon = std::min(one.find(':'), one.size());
        const auto size = read_number(one.substr(0, colon));
        weights += read_number(one.substr(std::min(colon + 1, one.size())));
        made.shares_.push_back({size, weights});
        made.largest_ = std::max(made.largest_, size);
    }
    if (weights == 0) throw std::invalid_argument("all weights of the value sizes are 0");
    return made;
}

std::size_t value_sizes::of(std::uint32_t key) const {
    if (!long_tail_ && shares_.empty()) return largest_;
    const std::uint64_t random = scramble((static_cast<std::uint64_t>(key) << 16U) + seed);
    if (long_tail_) {
        // The inverse of the distribution function.
        const double point = static_cast<double>(random >> 11U) / static_cast<double>(1ULL << 53U);
        constexpr auto least = static_cast<double>(tail_least);
        constexpr double missing = 1 - least / static_cast<double>(tail_most);
        return static_cast<std::size_t>(least / (1 - point * missing));
    }
    const std::uint64_t at = scale(random, static_cast<std::uint32_t>(shares_.back().end));
    return std::find_if(shares_.begin(), shares_.end(),
                        [&](const share& one) { return at < one.end; })
        ->size;
}

}  // namespace bench
