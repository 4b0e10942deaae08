#include "proxy/routing/request_split.hpp"

#include "shared/resp/encoder.hpp"

#include <algorithm>

namespace proxy {

void request_split::cut(std::span<const std::string_view> words, std::size_t step,
                        const router& routes, std::span<const backend_status> statuses,
                        std::span<const candidate> loads) {
    words_ = words;
    step_ = step;
    parts_.clear();
    part_of_key_.clear();
    part_of_server_.assign(statuses.size() + 1, none);
    // All homes first: the table is large, and the loads of its slots then overlap.
    homes_.clear();
    for (std::size_t at = 1; at < words.size(); at += step) {
        homes_.push_back(routes.home_of(words[at]));
    }
    for (const std::size_t home : homes_) {
        const auto where =
            routes.serve(home, words[1 + part_of_key_.size() * step], statuses, loads);
        auto& index = part_of_server_[std::min(where.server, statuses.size())];
        if (index == none) {
            index = static_cast<std::uint16_t>(parts_.size());
            parts_.push_back({where});
        }
        ++parts_[index].keys;
        part_of_key_.push_back(index);
    }
}

void request_split::append_part(std::string& out, std::size_t index) const {
    shared::append_array_header(out, 1 + parts_[index].keys * step_);
    shared::append_bulk(out, words_[0]);
    for (std::size_t key = 0; key < part_of_key_.size(); ++key) {
        if (part_of_key_[key] != index) continue;
        for (const auto word : words_.subspan(1 + key * step_, step_)) {
            shared::append_bulk(out, word);
        }
    }
}

}  // namespace proxy
