#include "backend/server/channel_hub.hpp"

#include "shared/command/glob.hpp"

#include <numeric>
#include <utility>

namespace backend {

void channel_hub::start(std::size_t workers, std::function<void(std::size_t)> wake) {
    workers_ = workers;
    waiting_.resize(workers);
    wake_ = std::move(wake);
}

std::uint64_t channel_hub::add(topic_kind kind, std::string_view topic, std::size_t worker) {
    const std::lock_guard held(mutex_);
    auto& all = topics(kind);
    auto found = all.find(topic);
    if (found == all.end()) found = all.emplace(std::string(topic), counts(workers_)).first;
    ++found->second[worker];
    return newest_;
}

void channel_hub::remove(topic_kind kind, std::string_view topic, std::size_t worker) {
    const std::lock_guard held(mutex_);
    auto& all = topics(kind);
    const auto found = all.find(topic);
    auto& count = found->second;
    --count[worker];
    if (std::accumulate(count.begin(), count.end(), std::uint64_t{0}) == 0) all.erase(found);
}

std::uint64_t channel_hub::publish(std::string_view channel, std::string_view payload) {
    const std::lock_guard held(mutex_);
    counts receivers(workers_);
    const auto count = [&receivers](const counts& more) {
        for (std::size_t i = 0; i < more.size(); ++i) receivers[i] += more[i];
    };
    if (const auto found = channels_.find(channel); found != channels_.end()) count(found->second);
    for (const auto& [pattern, of_workers] : patterns_) {
        if (shared::glob_matches(pattern, channel, shared::letter_case::matters)) count(of_workers);
    }
    const auto total = std::accumulate(receivers.begin(), receivers.end(), std::uint64_t{0});
    if (total == 0) return 0;
    const auto message = std::make_shared<const publication>(
        publication{std::string(channel), std::string(payload), ++newest_});
    for (std::size_t i = 0; i < receivers.size(); ++i) {
        if (receivers[i] == 0) continue;
        waiting_[i].push_back(message);
        if (waiting_[i].size() == 1) wake_(i);
    }
    return total;
}

channel_hub::messages channel_hub::take(std::size_t worker) {
    const std::lock_guard held(mutex_);
    return std::exchange(waiting_[worker], {});
}

std::vector<std::string> channel_hub::channels(std::string_view pattern) const {
    const std::lock_guard held(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, of_workers] : channels_) {
        if (pattern.empty() || shared::glob_matches(pattern, name, shared::letter_case::matters)) {
            names.push_back(name);
        }
    }
    return names;
}

std::uint64_t channel_hub::subscribers(std::string_view channel) const {
    const std::lock_guard held(mutex_);
    const auto found = channels_.find(channel);
    if (found == channels_.end()) return 0;
    return std::accumulate(found->second.begin(), found->second.end(), std::uint64_t{0});
}

std::size_t channel_hub::channel_count() const {
    const std::lock_guard held(mutex_);
    return channels_.size();
}

std::size_t channel_hub::pattern_count() const {
    const std::lock_guard held(mutex_);
    return patterns_.size();
}

}  // namespace backend
