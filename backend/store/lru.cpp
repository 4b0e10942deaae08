#include "backend/store/lru.hpp"

namespace backend {

std::unique_ptr<eviction> lru_policy::make_part(entry_queues& of_shard) {
    return std::make_unique<lru>(of_shard);
}

void lru::replace(entry_ref old, entry_ref by, std::uint32_t /*hash*/) noexcept {
    queues_.remove(old);
    queues_.push(by, 0);
}

entry_ref lru::evict(unsigned /*queue*/) noexcept {
    const entry_ref victim = queues_.oldest(0);
    queues_.remove(victim);
    return victim;
}

}  // namespace backend
