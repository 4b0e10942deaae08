#include "backend/server/latency_monitor.hpp"

#include <algorithm>

namespace backend {

void latency_monitor::add(std::string_view event, const latency_sample& sample) {
    const std::lock_guard held(mutex_);
    auto found = events_.find(event);
    if (found == events_.end()) found = events_.emplace(std::string(event), series{}).first;
    auto& [samples, longest] = found->second;
    longest = std::max(longest, sample.took);
    if (!samples.empty() && samples.back().at == sample.at) {
        samples.back().took = std::max(samples.back().took, sample.took);
        return;
    }
    samples.push_back(sample);
    if (samples.size() > most_samples) samples.pop_front();
}

std::vector<latency_event> latency_monitor::latest() const {
    const std::lock_guard held(mutex_);
    std::vector<latency_event> all;
    for (const auto& [name, one] : events_) {
        all.push_back({.name = name, .last = one.samples.back(), .longest = one.longest});
    }
    return all;
}

std::vector<latency_sample> latency_monitor::history(std::string_view event) const {
    const std::lock_guard held(mutex_);
    const auto found = events_.find(event);
    if (found == events_.end()) return {};
    return {found->second.samples.begin(), found->second.samples.end()};
}

std::size_t latency_monitor::reset(std::span<const std::string_view> events) {
    const std::lock_guard held(mutex_);
    std::size_t forgotten = 0;
    if (events.empty()) {
        forgotten = events_.size();
        events_.clear();
    }
    for (const auto event : events) {
        const auto found = events_.find(event);
        if (found == events_.end()) continue;
        events_.erase(found);
        ++forgotten;
    }
    return forgotten;
}

std::string latency_diagnosis(const latency_monitor& events, std::int64_t now) {
    const auto threshold = std::to_string(events.threshold());
    if (events.threshold() == 0) {
        return "Nothing is watched: CONFIG SET latency-monitor-threshold tells from how many "
               "milliseconds on to.\n";
    }
    const auto all = events.latest();
    if (all.empty()) return "Nothing has taken " + threshold + " ms or longer.\n";
    std::string text;
    for (const auto& event : all) {
        const auto samples = events.history(event.name);
        std::int64_t sum = 0;
        for (const auto& sample : samples) sum += sample.took;
        const auto count = std::max<std::int64_t>(static_cast<std::int64_t>(samples.size()), 1);
        text += event.name + ": " + std::to_string(count) + " seconds with " + threshold +
                " ms or longer, " + std::to_string(sum / count) + " ms on average, " +
                std::to_string(event.longest) + " ms at most; the last " +
                std::to_string(std::max<std::int64_t>(now - event.last.at, 0)) + " s ago.\n";
    }
    return text + "SLOWLOG GET shows commands that took long.\n";
}

}  // namespace backend
