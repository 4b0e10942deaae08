#include "backend/persist/append_log.hpp"

#include <algorithm>
#include <utility>

namespace backend {
namespace {

constexpr std::size_t kept_capacity = 1024 * 1024;  // of a buffer, between two turns

}  // namespace

void append_log::append(const effect& what) {
    const std::lock_guard lock(queue_lock_);
    if (what.kind == effect_kind::flush) newest_flush_ = std::max(newest_flush_, what.stamp);
    if (keeping_) append_record(queue_, what);
}

bool append_log::commit() {
    const std::lock_guard lock(io_);
    const auto problem = write_queued();
    if (problem) fail(problem);
    return sound();
}

// A record that is found missing in the queue is in the hands of a commit that has ended: `io_` is
// held. So it is either safe or the file has failed.
disk_error append_log::write_queued() {
    {
        const std::lock_guard lock(queue_lock_);
        if (queue_.empty()) return {};
        queue_.swap(writing_);
    }
    auto problem = file_->append(writing_);
    size_.fetch_add(writing_.size(), std::memory_order_relaxed);
    writing_.clear();
    if (writing_.capacity() > kept_capacity) writing_.shrink_to_fit();
    unsynced_.store(true, std::memory_order_relaxed);
    if (!problem && policy_ == fsync_policy::always) {
        unsynced_.store(false, std::memory_order_relaxed);
        problem = file_->sync();
    }
    return problem;
}

bool append_log::sync() {
    std::shared_ptr<append_file> file;
    {
        const std::lock_guard lock(io_);
        file = file_;
    }
    if (!file || !unsynced_.exchange(false, std::memory_order_relaxed)) return sound();
    // Without the lock: workers go on writing.
    if (const auto problem = file->sync()) give_up(problem);
    return sound();
}

std::shared_ptr<append_file> append_log::switch_to(std::unique_ptr<append_file> file,
                                                   std::uint64_t size, std::uint64_t& old_size) {
    const std::lock_guard lock(io_);
    const std::lock_guard queue(queue_lock_);
    keeping_ = true;
    old_size = size_.exchange(size, std::memory_order_relaxed);
    return std::exchange(file_, std::move(file));
}

bool append_log::confirm() {
    const std::lock_guard lock(io_);
    if (file_ == nullptr) return false;
    sound_.store(true, std::memory_order_release);
    return true;
}

void append_log::give_up(const disk_error& why) {
    const std::lock_guard lock(io_);
    fail(why);
}

/// Requires: `io_` is held.
void append_log::fail(const disk_error& why) {
    sound_.store(false, std::memory_order_release);
    if (why) problem_ = why.message();
    file_.reset();
    const std::lock_guard lock(queue_lock_);
    keeping_ = false;
    queue_.clear();
    queue_.shrink_to_fit();
}

bool append_log::writing() const {
    const std::lock_guard lock(io_);
    return file_ != nullptr;
}

version append_log::newest_flush() const {
    const std::lock_guard lock(queue_lock_);
    return newest_flush_;
}

void append_log::note_flush(version stamp) {
    const std::lock_guard lock(queue_lock_);
    newest_flush_ = std::max(newest_flush_, stamp);
}

std::uint64_t append_log::queued() const {
    const std::lock_guard lock(queue_lock_);
    return queue_.size();
}

std::string append_log::problem() const {
    const std::lock_guard lock(io_);
    return problem_;
}

}  // namespace backend
