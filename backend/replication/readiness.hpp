// Whether this backend has all that its partner has, and so may get traffic. Pure. Owned by the
// partner_link.
//
//            the partner connects        its exchange is whole
//   waiting ─────────────────────▶ catching up ─────────────────▶ synced
//      ▲                                │                           │
//      └───────── connection lost ──────┴───────────────────────────┘
//
// Ready: synced; or waiting, once it is certain that the partner is gone (its port refuses) or the
// grace is over: then nobody has more than we have, or nobody that could be asked.
#pragma once

#include "shared/base/clock.hpp"

#include <chrono>

namespace backend {

enum class sync_state : std::uint8_t { waiting, catching_up, synced };

class readiness {
  public:
    readiness(std::chrono::microseconds grace, shared::steady_time now) noexcept
        : grace_(grace), waiting_since_(now) {}

    void on_connected() noexcept { state_ = sync_state::catching_up; }
    void on_exchanged() noexcept { state_ = sync_state::synced; }
    void on_lost(shared::steady_time now) noexcept;

    /// The partner's port refused a connection: no process is there.
    void on_nobody_there() noexcept { partner_gone_ = true; }

    bool ready(shared::steady_time now) const noexcept;
    sync_state state() const noexcept { return state_; }

  private:
    std::chrono::microseconds grace_;
    shared::steady_time waiting_since_;
    sync_state state_ = sync_state::waiting;
    bool partner_gone_ = false;
};

}  // namespace backend
