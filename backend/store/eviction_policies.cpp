#include "backend/store/eviction_policies.hpp"

#include "backend/store/adaptive_fifo.hpp"
#include "backend/store/lru.hpp"
#include "backend/store/s3_fifo.hpp"

namespace backend {

std::unique_ptr<eviction_policy> make_eviction_policy(std::string_view name) {
    if (name == "lru") return std::make_unique<lru_policy>();
    if (name == "s3-fifo") return std::make_unique<s3_fifo_policy>();
    if (name == "adaptive-fifo") return std::make_unique<adaptive_fifo_policy>();
    return nullptr;
}

}  // namespace backend
