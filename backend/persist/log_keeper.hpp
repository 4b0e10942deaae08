// Decides when the log is synced, written anew, or made whole again after the disk has failed, and
// does it in steps. The disk and the time are arguments, so a test can be both. One thread; what
// others may call says so.
#pragma once

#include "backend/persist/replay.hpp"
#include "backend/persist/rewrite.hpp"
#include "shared/base/clock.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace backend {

class log_keeper {
  public:
    /// `scan` begins a walk over the data.
    log_keeper(log_directory& directory, append_log& log, const log_settings& settings,
               std::function<data_scan()> scan);

    /// Takes the log over after a start. `tail` is the file to go on with, or none if the disk had
    /// no room for it.
    void begin(replay_outcome read, std::optional<started_file> tail);

    /// Seals the log at an orderly end: from now on every byte of it must be there. Requires:
    /// nothing is appended any more.
    void end();

    /// Does what is due; when it wants to be called again.
    shared::steady_time step(shared::steady_time now);

    /// Any thread: asks for a rewrite. False if one is going on.
    bool request_rewrite() noexcept;

    /// Any thread: the same, and if one is going on another follows.
    void rewrite_soon() noexcept { requested_ = true; }

    // Any thread.
    bool rewriting() const noexcept { return rewriting_; }
    bool rewrite_requested() const noexcept { return requested_; }
    bool rewrite_failed() const noexcept { return rewrite_failed_; }
    std::uint64_t base_size() const noexcept { return base_size_; }        // after the last rewrite
    std::uint64_t earlier_size() const noexcept { return earlier_size_; }  // before the tail

  private:
    bool is_due(shared::steady_time now) const noexcept;
    bool has_grown() const noexcept;
    void begin_rewrite();
    void step_rewrite(shared::steady_time now);
    void on_failure(shared::steady_time now);

    log_directory& directory_;
    append_log& log_;
    const log_settings settings_;
    std::function<data_scan()> scan_;
    std::unique_ptr<rewrite> rewrite_;
    shared::steady_time next_sync_{};
    shared::steady_time rewrite_at_{};  // not before; while the log is sound
    shared::steady_time repair_at_{};   // the same, while it is not
    shared::steady_time began_{};
    std::chrono::milliseconds pause_{0};  // after the last failure
    bool again_ = false;                  // a rewrite has failed that was wanted
    std::atomic<bool> requested_{false};
    std::atomic<bool> rewriting_{false};
    std::atomic<bool> rewrite_failed_{false};
    std::atomic<std::uint64_t> base_size_{0};
    std::atomic<std::uint64_t> earlier_size_{0};
};

}  // namespace backend
