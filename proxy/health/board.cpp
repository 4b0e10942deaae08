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
        case backend_status::ready:
            break;
    }
    return "ready";
}

}  // namespace

health_board::health_board(std::vector<std::string> names, unsigned fall, unsigned rise)
    : names_(std::move(names)), states_(names_.size(), probe_state(fall, rise)) {
    for (std::size_t i = 0; i < names_.size(); ++i) statuses_.emplace_back(backend_status::down);
}

void health_board::on_probe(std::size_t backend, probe_outcome outcome) {
    const std::lock_guard lock(mutex_);
    publish(backend, states_[backend].on_probe(outcome));
}

void health_board::on_refused(std::size_t backend) {
    const std::lock_guard lock(mutex_);
    publish(backend, states_[backend].on_refused());
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
