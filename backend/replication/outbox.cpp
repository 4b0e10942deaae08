#include "backend/replication/outbox.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace backend {

void outbox::attach(std::function<void()> on_blocked, std::function<void()> on_overflow) {
    on_blocked_ = std::move(on_blocked);
    on_overflow_ = std::move(on_overflow);
}

void outbox::open(int descriptor) {
    const std::lock_guard lock(mutex_);
    descriptor_ = descriptor;
    blocked_ = false;
}

void outbox::close() {
    const std::lock_guard lock(mutex_);
    discard();
}

bool outbox::is_open() const {
    const std::lock_guard lock(mutex_);
    return descriptor_ >= 0;
}

void outbox::on_effect(const effect& what) {
    const std::lock_guard lock(mutex_);
    if (descriptor_ < 0) return;
    put(what);
    if (queue_.size() <= bound_ + appended_) return;
    discard();
    on_overflow_();
}

void outbox::append(const effect& what) {
    const std::lock_guard lock(mutex_);
    if (descriptor_ < 0) return;
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
    descriptor_ = -1;
    appended_ = 0;
    queue_.consume(queue_.size());
    queue_.release();
}

bool outbox::flush() {
    const std::lock_guard lock(mutex_);
    while (descriptor_ >= 0 && !blocked_ && !queue_.empty()) {
        const auto bytes = queue_.front();
        const auto sent =
            ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            queue_.consume(static_cast<std::size_t>(sent));
            appended_ = std::min(appended_, queue_.size());
        } else if (errno != EINTR) {
            // Full or broken; if broken, whoever waits for the socket learns it there.
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
