#include "backend/replication/outbox.hpp"

#include <algorithm>

namespace backend {

void outbox::attach(std::function<void()> on_blocked, std::function<void()> on_overflow) {
    on_blocked_ = std::move(on_blocked);
    on_overflow_ = std::move(on_overflow);
}

bool outbox::open(byte_outlet& outlet, bool resume) {
    const std::lock_guard lock(mutex_);
    const bool resumes = resume && kept_since_ != 0;
    if (!resumes) discard();
    outlet_ = &outlet;
    blocked_ = false;
    return resumes;
}

void outbox::close() {
    const std::lock_guard lock(mutex_);
    if (kept_since_ == 0) return discard();
    outlet_ = nullptr;
    // Marks of many short links, for instance.
    if (queue_.size() > bound_) return discard();
    if (keep_from_ > front_) drop_front(keep_from_ - front_);
    sent_ = appended_ = 0;
}

bool outbox::is_open() const {
    const std::lock_guard lock(mutex_);
    return outlet_ != nullptr;
}

void outbox::on_effect(const effect& what) {
    const std::lock_guard lock(mutex_);
    if (outlet_ == nullptr && kept_since_ == 0) return;
    put(what);
    const std::size_t bound = bound_ + appended_;
    if (queue_.size() <= bound) return;
    forget_kept();
    if (queue_.size() <= bound && outlet_ != nullptr) return;
    const bool was_open = outlet_ != nullptr;
    discard();
    if (was_open) on_overflow_();
}

queued_total outbox::append(const effect& what) {
    const std::lock_guard lock(mutex_);
    if (outlet_ != nullptr) appended_ += put(what);
    return total_;
}

queued_total outbox::append_and_keep(const effect& mark) {
    const std::lock_guard lock(mutex_);
    if (outlet_ == nullptr) return total_;
    appended_ += put(mark);
    if (kept_since_ == 0) {
        kept_since_ = mark.stamp;
        keep_from_ = total_.bytes;
    }
    return total_;
}

void outbox::acknowledge(version mark, const queued_total& total) {
    const std::lock_guard lock(mutex_);
    if (kept_since_ == 0 || total.bytes < keep_from_) return;
    kept_since_ = mark;
    keep_from_ = total.bytes;
    drop_sent();
}

void outbox::forget() {
    const std::lock_guard lock(mutex_);
    if (outlet_ == nullptr) return discard();
    forget_kept();
}

version outbox::kept_since() const {
    const std::lock_guard lock(mutex_);
    return kept_since_;
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
    sent_ = queue_.size();
    forget_kept();
    queue_.release();
}

void outbox::drop_front(std::size_t size) {
    queue_.consume(size);
    front_ += size;
}

void outbox::forget_kept() {
    kept_since_ = 0;
    keep_from_ = none;
    drop_sent();
}

/// What has been sent and is not to be kept.
void outbox::drop_sent() {
    const auto size = std::min<std::uint64_t>(sent_, keep_from_ > front_ ? keep_from_ - front_ : 0);
    drop_front(size);
    sent_ -= size;
    appended_ = std::min(appended_, unsent_now());
}

bool outbox::flush() {
    const std::lock_guard lock(mutex_);
    while (outlet_ != nullptr && !blocked_ && unsent_now() != 0) {
        if (const auto size = outlet_->write_some(queue_.front().substr(sent_)); size > 0) {
            sent_ += size;
            drop_sent();
            if (sent_ > most_sent) forget_kept();
        } else {
            blocked_ = true;
            on_blocked_();
        }
    }
    return unsent_now() == 0;
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
    return unsent_now();
}

std::size_t outbox::kept() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

queued_total outbox::total() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

}  // namespace backend
