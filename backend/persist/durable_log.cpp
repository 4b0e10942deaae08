#include "backend/persist/durable_log.hpp"

#include "shared/log/log.hpp"

#include <algorithm>
#include <stdexcept>

namespace backend {
namespace {

constexpr std::chrono::seconds progress_interval{2};

[[noreturn]] void refuse_to_start(const log_settings& settings, const std::string& problem) {
    throw std::runtime_error("the log in " + settings.dir + " cannot be used: " + problem);
}

std::uint64_t rate(std::uint64_t count, std::chrono::milliseconds time) {
    return count * 1000 / static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 1));
}

}  // namespace

durable_log::durable_log(const log_settings& settings, const std::string& node,
                         std::unique_ptr<file_system> files)
    : settings_(settings),
      node_(node),
      files_(std::move(files)),
      directory_(*files_, node),
      log_(settings.fsync),
      keeper_(directory_, log_, settings_, [this] { return hooks_.scan(); }),
      started_at_(shared::unix_now() / 1000) {
    if (const auto problem = directory_.open(settings.salvage); !problem.empty())
        refuse_to_start(settings_, problem);
    auto tail = directory_.create(log_kind::tail);
    if (tail) {
        first_tail_ = std::move(*tail);
    } else if (tail.error() == boost::system::errc::no_space_on_device) {
        shared::log_warn("the log in " + settings.dir + ": " + tail.error().message());
    } else {
        refuse_to_start(settings_, tail.error().message());
    }
}

durable_log::~durable_log() {
    {
        const std::lock_guard lock(wake_lock_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    if (!loading_) keeper_.end();
}

void durable_log::start(log_hooks hooks) {
    hooks_ = std::move(hooks);
    thread_ = std::thread([this] { run(); });
}

void durable_log::run() {
    if (!load()) return;
    while (!stopping_) {
        const auto next = keeper_.step(shared::steady_now());
        tell_state();
        if (next <= shared::steady_now()) continue;
        std::unique_lock lock(wake_lock_);
        wake_.wait_until(lock, next, [this] { return stopping_.load(); });
    }
}

void durable_log::tell_state() {
    const bool sound = log_.sound();
    if (sound == said_sound_) return;
    said_sound_ = sound;
    if (sound) return shared::log_info("the log is whole again, and writes are kept");
    shared::log_error("the log cannot be written: " + log_.problem() +
                      (settings_.on_error == on_log_error::refuse
                           ? "; writes are refused until it can"
                           : "; writes are served and may be lost"));
}

bool durable_log::load() {
    const auto began = shared::steady_now();
    auto told = began;
    replay reading(
        directory_, settings_.salvage,
        [&, count = 0U](const effect& what) mutable {
            if (what.kind == effect_kind::flush) log_.note_flush(what.stamp);
            hooks_.apply(what);
            if (++count % 4096 != 0 || shared::steady_now() - told < progress_interval) return;
            told = shared::steady_now();
            tell_progress(began);
        },
        progress_);
    auto outcome = reading.run(stopping_);
    if (stopping_) return false;
    if (!outcome) {
        hooks_.on_failed("the log in " + settings_.dir + " cannot be read: " + outcome.error());
        return false;
    }
    if (progress_.records != 0) tell_progress(began);
    damaged_ = outcome->damaged;
    keeper_.begin(std::move(*outcome), std::move(first_tail_));
    hooks_.on_loaded();
    loading_.store(false, std::memory_order_release);
    return true;
}

void durable_log::tell_progress(shared::steady_time began) {
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(shared::steady_now() - began);
    const std::uint64_t total = std::max<std::uint64_t>(progress_.total_bytes, 1);
    shared::log_info("reading the log: " + std::to_string(progress_.bytes * 100 / total) +
                     " % of " + std::to_string(total >> 20U) + " MiB, " +
                     std::to_string(progress_.records) + " records, " +
                     std::to_string(rate(progress_.records, took)) + " records/s");
}

std::string durable_log::refusal() const {
    if (loading_) return "LOADING " + node_ + " is reading its log";
    return "MISCONF Errors writing to the AOF file: " + log_.problem();
}

std::string durable_log::regret() const {
    return "MISCONF Errors writing to the AOF file: " + log_.problem() +
           "; the change was made, and may be lost";
}

log_status durable_log::status() const {
    return {.loading = loading_,
            .sound = log_.sound(),
            .rewriting = keeper_.rewriting(),
            .rewrite_requested = keeper_.rewrite_requested(),
            .rewrite_failed = keeper_.rewrite_failed(),
            .total_bytes = progress_.total_bytes,
            .loaded_bytes = progress_.bytes,
            .size = keeper_.earlier_size() + log_.size(),
            .base_size = keeper_.base_size(),
            .queued = log_.queued(),
            .loading_since = started_at_,
            .sync_pending = log_.unsynced()};
}

}  // namespace backend
