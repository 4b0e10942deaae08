// The end of the log that is written. Every worker appends to it, under the lock of the shard that
// changed, and commits at the end of its turn, before it answers its clients; one write, and one
// sync, is for all that has been appended until it began.
//
//   append ─▶ queue ──commit──▶ write [─▶ sync] ─▶ sound: what was appended may be answered
//                                   └─error──────▶ not sound: the file is given up, for nothing is
//                                                  known of it any more; nothing is kept until
//                                                  there is another (rewrite.hpp)
//
// Any thread may call everything; `switch_to` and `confirm` are the rewrite's.
#pragma once

#include "backend/persist/file_system.hpp"
#include "backend/persist/log_settings.hpp"
#include "backend/persist/record.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace backend {

class append_log {
  public:
    explicit append_log(fsync_policy policy) noexcept : policy_(policy) {}

    /// Keeps the record of `what` for the next commit. Quick: for use under a shard's lock.
    void append(const effect& what);

    /// Writes all that was appended before the call, and syncs it if the policy is `always`. False:
    /// nothing that was appended may be answered as kept.
    bool commit();

    /// Syncs what was written. To be called by one thread, as often as the policy wants.
    bool sync();

    /// The file takes all that is appended, and all that the data are is in the log.
    bool sound() const noexcept { return sound_.load(std::memory_order_acquire); }

    /// From now on records go to `file`, of `size` bytes so far; the one before is returned. Its
    /// bytes, `old_size`, are not synced unless the policy is `always`.
    std::shared_ptr<append_file> switch_to(std::unique_ptr<append_file> file, std::uint64_t size,
                                           std::uint64_t& old_size);

    /// Everything is in the log again. False if `switch_to`'s file has failed meanwhile.
    bool confirm();

    /// Gives the file up; `why` may be no error, where the file is well and of no use.
    void give_up(const disk_error& why);

    /// True if records go to a file, sound or not.
    bool writing() const;

    /// The newest flush that was appended; what is older must not come back.
    version newest_flush() const;

    /// A flush that the log holds already.
    void note_flush(version stamp);

    std::uint64_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
    std::uint64_t queued() const;
    bool unsynced() const noexcept { return unsynced_.load(std::memory_order_relaxed); }
    std::string problem() const;  // of the last failure

  private:
    disk_error write_queued();
    void fail(const disk_error& why);

    const fsync_policy policy_;
    mutable std::mutex io_;  // held while the file is written; before `queue_lock_`
    std::shared_ptr<append_file> file_;
    std::string writing_;
    std::string problem_;
    mutable std::mutex queue_lock_;
    std::string queue_;
    version newest_flush_ = 0;
    bool keeping_ = false;  // appended records are wanted
    std::atomic<bool> sound_{false};
    std::atomic<bool> unsynced_{false};
    std::atomic<std::uint64_t> size_{0};  // of the file
};

}  // namespace backend
