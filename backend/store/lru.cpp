#include "backend/store/lru.hpp"

namespace backend {

void lru::add(entry& added) noexcept {
    added.used_at = uses_.fetch_add(1, std::memory_order_relaxed);
    added.newer = nullptr;
    added.older = newest_;
    (newest_ != nullptr ? newest_->newer : oldest_) = &added;
    newest_ = &added;
}

void lru::use(entry& used) noexcept {
    remove(used);
    add(used);
}

void lru::remove(entry& removed) noexcept {
    (removed.newer != nullptr ? removed.newer->older : newest_) = removed.older;
    (removed.older != nullptr ? removed.older->newer : oldest_) = removed.newer;
}

}  // namespace backend
