// Writes the log anew from the data, while clients go on: without a fork, and without a copy of
// anything. A state machine in small steps; between two of them the data are free. The same serves
// to make the log whole again after the disk has failed.
//
//   opening ─▶ scanning ─▶ publishing ─▶ done
//      └───────────┴────────────┴──────▶ failed: what is on the disk still is the log
//
// A new tail takes over first, then the data are scanned into a new base: a change is in the one or
// the other, or in both, which does no harm. What the manifest says:
//
//               before            during the scan           after
//   sound       base 3, tail 4    base 3, tail 4, tail 5    base 6, tail 5
//   not sound   base 3, tail 4    base 3, tail 4            base 6, tail 5, and sound again
//
// If the log is not sound the new tail is of no use without the new base, for changes between the
// two tails are lost. One thread: the log's own.
#pragma once

#include "backend/persist/append_log.hpp"
#include "backend/persist/log_directory.hpp"

#include <functional>
#include <optional>
#include <string>

namespace backend {

/// A walk over all the data: visits some entries as effects with each call, true while there are
/// more. What is there from the first call to the last is visited.
using data_scan = std::function<bool(const std::function<void(const effect&)>& visit)>;

class rewrite {
  public:
    enum class status : std::uint8_t { working, done, failed };

    /// Requires: `directory` and `log` outlive this; `scan` stands at the beginning.
    rewrite(log_directory& directory, append_log& log, data_scan scan)
        : directory_(directory), log_(log), scan_(std::move(scan)) {}

    /// One step: some entries, or some files.
    status step();

    /// What went wrong, for people. Requires: failed.
    const std::string& problem() const noexcept { return problem_; }

    /// Bytes of the tail that the new one has taken over from; 0 until it has.
    std::uint64_t old_tail_size() const noexcept { return old_tail_size_; }

    /// Bytes of the new base. Requires: done.
    std::uint64_t base_size() const noexcept { return size_; }

  private:
    enum class state : std::uint8_t { opening, scanning, publishing };

    status open();
    status scan();
    status publish();
    disk_error take_over_tail(started_file tail);
    disk_error settle();
    disk_error write_base();
    status fail(const std::string& where, const disk_error& why);
    status fail(std::string why);

    log_directory& directory_;
    append_log& log_;
    data_scan scan_;
    state state_ = state::opening;
    bool was_sound_ = false;
    std::optional<log_name> tail_;  // once it is there, as the next
    std::optional<log_name> base_;
    std::unique_ptr<append_file> base_file_;
    std::string buffer_;
    std::uint64_t size_ = 0;      // of the base
    std::uint64_t unsynced_ = 0;  // bytes of it
    std::uint64_t old_tail_size_ = 0;
    std::string problem_;
};

}  // namespace backend
