#include "backend/server/held_replies.hpp"

#include <utility>

namespace backend {

void held_replies::add(std::string_view reply, bool is_write) {
    holding_ = true;
    if (is_write && !reply.empty() && reply.front() != '-')
        writes_.push_back({bytes_.size(), bytes_.size() + reply.size()});
    bytes_ += reply;
}

std::string held_replies::take(bool confirmed) {
    holding_ = false;
    const auto writes = std::exchange(writes_, {});
    std::string held = std::exchange(bytes_, {});
    if (confirmed) return held;
    std::string told;
    std::size_t at = 0;
    for (const auto& write : writes) {
        told.append(held, at, write.begin - at);
        told += not_confirmed;
        at = write.end;
    }
    return told.append(held, at);
}

}  // namespace backend
