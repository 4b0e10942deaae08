#include "proxy/health/board.hpp"

#include "shared/log/log.hpp"

#include <algorithm>

namespace proxy {
namespace {

std::string_view describe(backend_status status) noexcept {
    switch (status) {
        case backend_status::down:
            return "down";
        case backend_status::catching_up:
            return "catching up with its partner";
        case backend_status::returning:
            return "returning: it serves more and more of its keys";
        case backend_status::ready:
            break;
    }
    return "ready";
}

}  // namespace

health_board::health_board(std::vector<std::string> names, unsigned fall, unsigned rise,
                           std::chrono::microseconds slow_start)
    : names_(std::move(names)),
      states_(names_.size(), probe_state(fall, rise)),
      ramps_(names_.size(), ramp(slow_start)),
      was_away_(names_.size()) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        statuses_.emplace_back(backend_status::down);
        shares_.emplace_back(std::uint8_t{0});
    }
}

void health_board::on_probe(std::size_t backend, probe_outcome outcome) {
    const std::lock_guard lock(mutex_);
    const bool was_known = states_[backend].known();
    settle(backend, states_[backend].on_probe(outcome), was_known);
}

void health_board::on_refused(std::size_t backend) {
    const std::lock_guard lock(mutex_);
    settle(backend, states_[backend].on_refused(), true);
}

void health_board::advance(shared::steady_time now) {
    if (returning_.load(std::memory_order_relaxed) == 0) return;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < ramps_.size(); ++i) {
        if (!ramps_[i].active()) continue;
        const auto share = ramps_[i].share(now);
        if (shares_[i].exchange(share, std::memory_order_relaxed) != share)
            changes_.fetch_add(1, std::memory_order_release);
        if (!ramps_[i].active()) {
            returning_.fetch_sub(1, std::memory_order_relaxed);
            publish(i, backend_status::ready);
        }
    }
}

/// What the probes say, but for one that has come back: it is returning until its ramp ends. What
/// was not yet ready when it was seen first, or only had to catch up, has not been away.
void health_board::settle(std::size_t backend, backend_status status, bool was_known) {
    auto& slow_start = ramps_[backend];
    const bool was_active = slow_start.active();
    if (status == backend_status::down) was_away_[backend] = was_known;
    if (status != backend_status::ready) {
        was_away_[backend] = was_away_[backend] || was_active;
        slow_start.end();
    } else if (was_away_[backend]) {
        was_away_[backend] = false;
        shares_[backend].store(0, std::memory_order_relaxed);
        slow_start.begin();
    }
    if (slow_start.active() && !was_active) returning_.fetch_add(1, std::memory_order_relaxed);
    if (was_active && !slow_start.active()) returning_.fetch_sub(1, std::memory_order_relaxed);
    publish(backend, slow_start.active() ? backend_status::returning : status);
}

bool health_board::all_known() const {
    const std::lock_guard lock(mutex_);
    return std::all_of(states_.begin(), states_.end(),
                       [](const probe_state& one) { return one.known(); });
}

void health_board::publish(std::size_t backend, backend_status status) {
    const auto before = statuses_[backend].exchange(status, std::memory_order_relaxed);
    if (before == status) return;
    changes_.fetch_add(1, std::memory_order_release);
    const std::string text = "backend " + names_[backend] + " is " + std::string(describe(status));
    if (status == backend_status::down) {
        shared::log_warn(text);
    } else {
        shared::log_info(text);
    }
}

}  // namespace proxy
