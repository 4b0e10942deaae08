#include "backend/persist/log_keeper.hpp"

#include "shared/log/log.hpp"

#include <algorithm>

namespace backend {
namespace {

constexpr std::chrono::seconds sync_interval{1};
constexpr std::chrono::milliseconds look_interval{100};
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{5'000};
constexpr std::chrono::milliseconds pause_while_sound{60'000};
constexpr std::size_t most_parts = 8;  // a restart leaves one each; more are written anew

std::string in_megabytes(std::uint64_t bytes) {
    return std::to_string(bytes >> 20U) + " MiB";
}

}  // namespace

log_keeper::log_keeper(log_directory& directory, append_log& log, const log_settings& settings,
                       std::function<data_scan()> scan)
    : directory_(directory), log_(log), settings_(settings), scan_(std::move(scan)) {}

/// What has been read may have been in the system's memory alone, if a process has ended before its
/// sync: what is built upon it, and notes of what was seen in a later file, must not outlive it (so
/// does PostgreSQL, which syncs its data directory before it recovers). A part that was open stays
/// so: after a sync that had failed nobody knows how much of it is on the disk, whatever the next
/// sync says.
void log_keeper::begin(replay_outcome read, std::optional<started_file> tail) {
    for (const auto& part : read.parts) {
        if (part.name.kind == log_kind::base) base_size_ = part.size.value_or(0);
        if (!part.size && directory_.files().sync(part.name.text())) requested_ = true;
    }
    if (read.damaged || read.parts.size() > most_parts) requested_ = true;
    earlier_size_ = read.bytes;
    if (!tail) return log_.give_up(make_error_code(boost::system::errc::no_space_on_device));
    auto parts = std::move(read.parts);
    parts.push_back({tail->name, std::nullopt});
    if (const auto problem = directory_.publish(std::move(parts))) {
        if (!directory_.uncertain()) directory_.remove(tail->name);
        return log_.give_up(problem);
    }
    std::uint64_t nothing = 0;
    log_.switch_to(std::move(tail->file), tail->size, nothing);
    log_.confirm();
    directory_.remove_strays();
}

void log_keeper::end() {
    if (!log_.commit() || !log_.sync() || directory_.uncertain()) return;
    auto parts = directory_.present().parts;
    parts.back().size = log_.size();
    if (const auto problem = directory_.publish(std::move(parts)))
        shared::log_warn("the log stays open, and whole: " + problem.message());
}

shared::steady_time log_keeper::step(shared::steady_time now) {
    if (settings_.fsync == fsync_policy::everysec && now >= next_sync_) {
        log_.sync();
        next_sync_ = now + sync_interval;
    }
    if (rewrite_) {
        step_rewrite(now);
        return now;
    }
    if (!is_due(now)) return now + look_interval;
    began_ = now;
    begin_rewrite();
    return now;
}

bool log_keeper::is_due(shared::steady_time now) const noexcept {
    if (!log_.sound()) return now >= repair_at_;
    return requested_ || ((again_ || has_grown()) && now >= rewrite_at_);
}

bool log_keeper::request_rewrite() noexcept {
    return !rewriting_ && !requested_.exchange(true);
}

bool log_keeper::has_grown() const noexcept {
    const auto size = earlier_size_ + log_.size();
    if (settings_.rewrite_growth == 0 || size < settings_.rewrite_from) return false;
    return size - std::min(size, base_size_.load()) >= base_size_ / 100 * settings_.rewrite_growth;
}

void log_keeper::begin_rewrite() {
    rewriting_ = true;
    requested_ = false;
    rewrite_ = std::make_unique<rewrite>(directory_, log_, scan_());
}

void log_keeper::step_rewrite(shared::steady_time now) {
    const auto status = rewrite_->step();
    if (status == rewrite::status::working) return;
    if (status == rewrite::status::failed) {
        earlier_size_ += rewrite_->old_tail_size();
        on_failure(now);
    } else {
        base_size_ = earlier_size_ = rewrite_->base_size();
        rewrite_failed_ = again_ = false;
        pause_ = std::chrono::milliseconds(0);
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(now - began_).count();
        shared::log_info("the log has been written anew: " + in_megabytes(base_size_) + " in " +
                         std::to_string(took) + " ms");
    }
    rewrite_.reset();
    rewriting_ = false;
}

void log_keeper::on_failure(shared::steady_time now) {
    const bool first = !rewrite_failed_.exchange(true);
    if (first || log_.sound())
        shared::log_warn("the log cannot be written anew: " + rewrite_->problem());
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    again_ = true;
    repair_at_ = now + pause_;
    rewrite_at_ = now + pause_while_sound;
}

}  // namespace backend
