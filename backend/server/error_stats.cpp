#include "backend/server/error_stats.hpp"

namespace backend {

void error_stats::add(std::string_view error) {
    const auto word = error.substr(0, error.find_first_of(" \r\n"));
    const std::lock_guard held(mutex_);
    const auto found = counts_.find(word);
    if (found != counts_.end()) {
        ++found->second;
    } else {
        counts_.emplace(word, 1);
    }
}

void error_stats::clear() {
    const std::lock_guard held(mutex_);
    counts_.clear();
}

std::uint64_t error_stats::total() const {
    const std::lock_guard held(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [word, count] : counts_) sum += count;
    return sum;
}

std::string error_stats::lines() const {
    const std::lock_guard held(mutex_);
    std::string text;
    for (const auto& [word, count] : counts_) {
        text.append("errorstat_").append(word).append(":count=");
        text.append(std::to_string(count)).append("\r\n");
    }
    return text;
}

}  // namespace backend
