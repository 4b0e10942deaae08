#include "backend/replication/acknowledgements.hpp"

#include <utility>

namespace backend {

void acknowledgements::wait(const awaited_change& what, version mark, acknowledgement then) {
    if (what.until) ++timed_;
    waiters_.push_back({what, mark, std::move(then)});
}

void acknowledgements::on_opened(version opened) noexcept {
    opened_ = opened;
    exchanged_ = 0;
}

void acknowledgements::on_exchanged(version mark) noexcept {
    exchanged_ = mark;
    for (auto& one : waiters_) {
        if (one.mark == 0) one.mark = mark;
    }
}

void acknowledgements::on_seen(version mark) {
    const bool whole = exchanged_ != 0 && mark >= exchanged_;
    release(true, [&](const waiter& one) {
        return one.mark != 0 && mark >= one.mark && (whole || one.what.after >= opened_);
    });
}

void acknowledgements::on_lost() {
    opened_ = std::numeric_limits<version>::max();
    exchanged_ = 0;
    release(false, [](const waiter& one) { return one.what.needs_link(); });
    for (auto& one : waiters_) {
        one.mark = 0;
        one.what.after = 0;
    }
}

void acknowledgements::on_gone() {
    release(false, [](const waiter& one) { return one.what.unless_gone; });
}

void acknowledgements::expire(shared::steady_time now) {
    release(false, [&](const waiter& one) { return one.what.until && *one.what.until <= now; });
}

template <typename Condition>
void acknowledgements::release(bool confirmed, Condition condition) {
    for (auto at = waiters_.begin(); at != waiters_.end();) {
        if (!condition(*at)) {
            ++at;
            continue;
        }
        if (at->what.until) --timed_;
        const auto then = std::move(at->then);
        at = waiters_.erase(at);
        then(confirmed);
    }
}

}  // namespace backend
