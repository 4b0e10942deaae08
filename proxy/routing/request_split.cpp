#include "proxy/routing/request_split.hpp"

#include <algorithm>

namespace proxy {

void request_split::cut(std::span<const std::string_view> words, std::size_t step,
                        const router& routes, std::span<const backend_status> statuses,
                        std::span<const candidate> loads) {
    step_ = step;
    parts_.clear();
    part_of_home_.assign(statuses.size(), none);
    part_of_server_.assign(statuses.size() + 1, none);
    const std::size_t keys = (words.size() - 1) / step;
    hashes_.resize(keys);
    homes_.resize(keys);
    part_of_key_.resize(keys);
    for (std::size_t key = 0; key < keys; ++key)
        hashes_[key] = routes.hash_of(words[1 + key * step]);
    routes.find_homes(hashes_, homes_);
    for (std::size_t key = 0; key < keys; ++key) {
        const std::size_t home = homes_[key];
        auto& index = part_of_home_[home];
        if (index == none || statuses[home] == backend_status::returning) {
            index = part_of(routes.serve(home, hashes_[key], statuses, loads), statuses.size());
        }
        ++parts_[index].keys;
        part_of_key_[key] = index;
    }
    group(words);
}

/// The part of what goes there, a new one if there is none yet.
std::uint16_t request_split::part_of(const target& where, std::size_t servers) {
    auto& index = part_of_server_[std::min(where.server, servers)];
    if (index == none) {
        index = static_cast<std::uint16_t>(parts_.size());
        parts_.push_back({where});
    }
    return index;
}

/// Puts the words of each part together, in one pass over all keys however many parts there are.
void request_split::group(std::span<const std::string_view> words) {
    words_.resize(parts_.size() + words.size() - 1);
    std::size_t end = 0;
    for (auto& one : parts_) {
        one.first = end;
        words_[end] = words[0];
        end += 1 + one.keys * step_;
        one.keys = 0;  // counted once more, as they are put in
    }
    const auto* from = words.data() + 1;
    for (const auto index : part_of_key_) {
        auto& own = parts_[index];
        auto* to = words_.data() + own.first + 1 + own.keys++ * step_;
        for (std::size_t i = 0; i < step_; ++i) *to++ = *from++;
    }
}

}  // namespace proxy
