#include "backend/server/slow_log.hpp"

#include <algorithm>

namespace backend {
namespace {

std::string shortened(std::string_view word) {
    std::string text(word.substr(0, slow_log::most_bytes));
    if (word.size() > slow_log::most_bytes) {
        text += "... (" + std::to_string(word.size() - slow_log::most_bytes) + " more bytes)";
    }
    return text;
}

std::vector<std::string> shortened(std::span<const std::string_view> words) {
    const bool too_many = words.size() > slow_log::most_words;
    const std::size_t kept = too_many ? slow_log::most_words - 1 : words.size();
    std::vector<std::string> texts;
    texts.reserve(kept + 1);
    for (const auto word : words.first(kept)) texts.push_back(shortened(word));
    if (too_many) {
        texts.push_back("... (" + std::to_string(words.size() - kept) + " more arguments)");
    }
    return texts;
}

}  // namespace

void slow_log::add(shared::unix_us began, std::int64_t took,
                   std::span<const std::string_view> words, std::string_view peer,
                   std::string_view client_name) {
    slow_request kept{.id = 0,
                      .began = began,
                      .took = took,
                      .words = shortened(words),
                      .peer = std::string(peer),
                      .client_name = std::string(client_name)};
    const std::lock_guard held(mutex_);
    kept.id = next_id_++;
    requests_.push_front(std::move(kept));
    // Asked for once, for another worker may change it meanwhile.
    const std::size_t most = capacity();
    if (requests_.size() > most)
        requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(most), requests_.end());
}

std::vector<slow_request> slow_log::newest(std::size_t most) const {
    const std::lock_guard held(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, requests_.size()));
    return {requests_.begin(), requests_.begin() + count};
}

std::size_t slow_log::size() const {
    const std::lock_guard held(mutex_);
    return requests_.size();
}

void slow_log::clear() {
    const std::lock_guard held(mutex_);
    requests_.clear();
}

}  // namespace backend
