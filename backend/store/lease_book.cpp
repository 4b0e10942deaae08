#include "backend/store/lease_book.hpp"

#include <algorithm>

namespace backend {

lease lease_book::find(std::uint64_t key_hash, shared::unix_ms now) {
    const auto found = held_.find(key_hash);
    if (found == held_.end()) return {};
    if (found->second.until > now) return found->second;
    held_.erase(found);
    return {};
}

void lease_book::grant(std::uint64_t key_hash, const lease& given, shared::unix_ms now) {
    if (held_.size() >= most && earliest_end_ <= now) drop_ended(now);
    if (held_.size() >= most) held_.erase(held_.begin());
    held_.insert_or_assign(key_hash, given);
    earliest_end_ = std::min(earliest_end_, given.until);
}

void lease_book::drop_ended(shared::unix_ms now) {
    std::erase_if(held_, [now](const auto& each) { return each.second.until <= now; });
    earliest_end_ = never;
    for (const auto& [hash, each] : held_) earliest_end_ = std::min(earliest_end_, each.until);
}

}  // namespace backend
