#include "backend/replication/outbox.hpp"

#include <algorithm>

namespace backend {

void outbox::attach(std::function<void()> on_blocked, std::function<void()> on_overflow) {
    on_blocked_ = std::move(on_blocked);
    on_overflow_ = std::move(on_overflow);
}

void outbox::open(byte_outlet& outlet) {
    const std::lock_guard lock(mutex_);
    outlet_ = &outlet;
    blocked_ = false;
}

void outbox::close() {
    const std::lock_guard lock(mutex_);
    discard();
}

bool outbox::is_open() const {
    const std::lock_guard lock(mutex_);
    return outlet_ != nullptr;
}

void outbox::on_effect(const effect& what) {
    const std::lock_guard lock(mutex_);
    if (outlet_ == nullptr) return;
    put(what);
    if (queue_.size() <= bound_ + appended_) return;
    discard();
    on_overflow_();
}

void outbox::append(const effect& what) {
    const std::lock_guard lock(mutex_);
    if (outlet_ == nullptr) return;
    appended_ += put(what);
}

std::size_t outbox::put(const effect& what) {
    const std::size_t before = queue_.size();
    append_record(queue_.tail(), what);
    const std::size_t size = queue_.size() - before;
    ++total_.records;
    total_.bytes += size;
    return size;
}

void outbox::discard() {
    outlet_ = nullptr;
    appended_ = 0;
    queue_.consume(queue_.size());
    queue_.release();
}

bool outbox::flush() {
    const std::lock_guard lock(mutex_);
    while (outlet_ != nullptr && !blocked_ && !queue_.empty()) {
        if (const auto sent = outlet_->write_some(queue_.front()); sent > 0) {
            queue_.consume(sent);
            appended_ = std::min(appended_, queue_.size());
        } else {
            blocked_ = true;
            on_blocked_();
        }
    }
    return queue_.empty();
}

void outbox::resume() {
    {
        const std::lock_guard lock(mutex_);
        blocked_ = false;
    }
    flush();
}

std::size_t outbox::unsent() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

queued_total outbox::total() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

}  // namespace backend
