#include "backend/persist/rewrite.hpp"

#include <utility>

namespace backend {
namespace {

constexpr std::size_t written_at_once = 256UL * 1024;

/// So often the base is synced: one sync of it all would hold up others' syncs for long.
constexpr std::uint64_t synced_at_once = 4UL * 1024 * 1024;

}  // namespace

rewrite::status rewrite::step() {
    switch (state_) {
        case state::opening:
            return open();
        case state::scanning:
            return scan();
        case state::publishing:
            break;
    }
    return publish();
}

rewrite::status rewrite::open() {
    was_sound_ = log_.sound();
    if (const auto problem = settle()) return fail("manifest", problem);
    auto tail = directory_.create(log_kind::tail);
    if (!tail) return fail("a new file", tail.error());
    tail_ = tail->name;
    if (const auto problem = take_over_tail(std::move(*tail))) return fail("manifest", problem);
    auto base = directory_.create(log_kind::base);
    if (!base) return fail("a new file", base.error());
    base_ = base->name;
    base_file_ = std::move(base->file);
    size_ = base->size;
    // A flush reaches the log before the data: the scan may still see what it takes.
    if (const auto flushed = log_.newest_flush(); flushed != 0)
        append_record(buffer_, {.kind = effect_kind::flush, .stamp = flushed});
    state_ = state::scanning;
    return status::working;
}

/// After a manifest of which nobody knows whether it is there, one that is.
disk_error rewrite::settle() {
    if (!directory_.uncertain()) return {};
    const auto problem = directory_.publish(directory_.present().parts);
    if (!problem) directory_.remove_strays();
    return problem;
}

/// The manifest names the new tail before anything is in it, and the old one's size when nothing
/// more comes to it.
disk_error rewrite::take_over_tail(started_file tail) {
    auto parts = directory_.present().parts;
    if (was_sound_) {
        parts.push_back({tail.name, std::nullopt});
        if (const auto problem = directory_.publish(parts)) return problem;
    }
    const auto old = log_.switch_to(std::move(tail.file), tail.size, old_tail_size_);
    if (!was_sound_ || old == nullptr) return {};
    if (const auto problem = old->sync()) {
        log_.give_up(problem);
        return problem;
    }
    parts[parts.size() - 2].size = old_tail_size_;
    return directory_.publish(std::move(parts));
}

rewrite::status rewrite::scan() {
    if (!log_.writing()) return fail("the disk has failed again: " + log_.problem());
    const bool more = scan_([this](const effect& what) { append_record(buffer_, what); });
    if (more && buffer_.size() < written_at_once) return status::working;
    if (const auto problem = write_base()) return fail(base_->text(), problem);
    if (!more) state_ = state::publishing;
    return status::working;
}

disk_error rewrite::write_base() {
    const auto problem = base_file_->append(buffer_);
    if (problem) return problem;
    size_ += buffer_.size();
    unsynced_ += buffer_.size();
    buffer_.clear();
    if (unsynced_ < synced_at_once) return {};
    unsynced_ = 0;
    return base_file_->sync();
}

rewrite::status rewrite::publish() {
    if (const auto problem = base_file_->sync()) return fail(base_->text(), problem);
    if (was_sound_ != log_.sound() || !log_.writing())
        return fail("the disk has failed meanwhile: " + log_.problem());
    if (const auto problem = directory_.publish({{*base_, size_}, {*tail_, std::nullopt}}))
        return fail("manifest", problem);
    if (!log_.confirm()) return fail("the disk has failed meanwhile: " + log_.problem());
    directory_.remove_strays();
    return status::done;
}

rewrite::status rewrite::fail(const std::string& where, const disk_error& why) {
    return fail(where + ": " + why.message());
}

/// What no manifest can name gives its room back: that may be what the disk lacks. A log that was
/// not sound has lost the changes between its tails, so the new one is of no use alone.
rewrite::status rewrite::fail(std::string why) {
    problem_ = std::move(why);
    base_file_.reset();
    if (!was_sound_ && tail_) log_.give_up({});
    if (directory_.uncertain()) return status::failed;
    for (const auto& made : {base_, tail_}) {
        if (made && !directory_.present().has(*made)) directory_.remove(*made);
    }
    return status::failed;
}

}  // namespace backend
