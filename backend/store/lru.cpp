#include "backend/store/lru.hpp"

namespace backend {

std::unique_ptr<eviction> lru_policy::make_part() {
    return std::make_unique<lru>(stamps_, total_);
}

void lru::replace(entry& old, entry& by) noexcept {
    order_.replace(old, by);
    order_.renew(by);
}

entry* lru::evict(unsigned /*queue*/) noexcept {
    entry* const victim = order_.oldest();
    order_.remove(*victim);
    return victim;
}

}  // namespace backend
