#include "backend/replication/readiness.hpp"

namespace backend {

void readiness::on_lost(shared::steady_time now) noexcept {
    state_ = sync_state::waiting;
    waiting_since_ = now;
    partner_gone_ = false;
}

bool readiness::ready(shared::steady_time now) const noexcept {
    if (state_ == sync_state::waiting) return partner_gone_ || now >= waiting_since_ + grace_;
    return state_ == sync_state::synced;
}

}  // namespace backend
