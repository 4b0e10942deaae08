// The log of this backend's changes, whole: files, replay at the start, and the thread that keeps
// it. Owned by the app. Any thread, except where it is said.
//
//   workers ── append, commit ──▶ append_log ──▶ tail        the log's own thread: replay, then
//                                                            log_keeper: sync, rewrite, recovery
#pragma once

#include "backend/persist/log_keeper.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace backend {

struct log_hooks {
    std::function<void(const effect&)> apply;  // a record of the log, at the start
    std::function<data_scan()> scan;           // begins a walk over the data
    std::function<void()> on_loaded;           // all has been applied; clients are served next
    std::function<void(const std::string&)> on_failed;  // the log cannot be read: do not serve
};

struct log_status {
    bool loading, sound, rewriting, rewrite_requested, rewrite_failed;
    std::uint64_t total_bytes, loaded_bytes;  // of the replay
    std::uint64_t size, base_size, queued;    // bytes
    std::int64_t loading_since;               // Unix time, seconds
    bool sync_pending;
};

class durable_log {
  public:
    /// Opens the directory. Throws std::runtime_error, with all that an administrator needs to
    /// know, if it cannot be used.
    durable_log(const log_settings& settings, const std::string& node,
                std::unique_ptr<file_system> files);

    /// Writes and syncs what is left.
    ~durable_log();

    /// Begins the replay. All hooks run in the log's thread. Requires: called once.
    void start(log_hooks hooks);

    /// Keeps a change for the next commit; may be called under a shard's lock.
    void append(const effect& what) { log_.append(what); }

    /// To be called at the end of a turn, before its replies go out. False: replies to writes must
    /// say that they may be lost.
    bool commit() { return log_.commit() || settings_.on_error == on_log_error::serve; }

    enum class gate : std::uint8_t { open, loading, refusing };

    /// Whether commands about data may run now: all, none, or only those that change nothing.
    gate admits() const noexcept {
        if (loading_.load(std::memory_order_acquire)) return gate::loading;
        const bool refused = !log_.sound() && settings_.on_error == on_log_error::refuse;
        return refused ? gate::refusing : gate::open;
    }

    /// What a command is told that is not admitted.
    std::string refusal() const;

    /// What a client is told whose change was made and could not be written.
    std::string regret() const;

    /// Soon. False if one is going on.
    bool request_rewrite() { return keeper_.request_rewrite(); }

    /// The same; if one is going on, another follows.
    void rewrite_soon() { keeper_.rewrite_soon(); }

    /// Records are missing that were salvaged around. Requires: loaded.
    bool damaged() const noexcept { return damaged_; }

    /// The directory, open. Any thread may change files in it that are not the log's.
    file_system& files() noexcept { return *files_; }

    log_status status() const;
    const log_settings& settings() const noexcept { return settings_; }

  private:
    void run();
    bool load();
    void tell_state();
    void tell_progress(shared::steady_time began);

    const log_settings settings_;
    const std::string node_;
    std::unique_ptr<file_system> files_;
    log_directory directory_;
    append_log log_;
    std::optional<started_file> first_tail_;
    log_hooks hooks_;
    log_keeper keeper_;
    replay_progress progress_;
    std::int64_t started_at_;
    bool damaged_ = false;    // set before `loading_` ends
    bool said_sound_ = true;  // the log's thread
    std::atomic<bool> loading_{true};
    std::atomic<bool> stopping_{false};
    std::mutex wake_lock_;
    std::condition_variable wake_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace backend
