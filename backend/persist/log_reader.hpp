// Reads the records of one file of the log, and tells a torn end from damage in the middle: behind
// a torn end no whole record follows. Bounded memory: a piece of the file, or the longest record.
// One thread.
#pragma once

#include "backend/persist/file_system.hpp"
#include "backend/persist/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backend {

/// A file of which a piece is in memory.
class file_window {
  public:
    explicit file_window(stored_file& file) : file_(file) {}

    /// The bytes from `offset` on, `size` of them or more where they are in memory; valid until the
    /// next call. Empty after an error of the disk, which `problem` tells then. Requires: the file
    /// has them, and `size` is not 0.
    std::string_view view(std::uint64_t offset, std::size_t size);

    const disk_error& problem() const noexcept { return problem_; }

  private:
    static constexpr std::size_t piece = 1024 * 1024;

    stored_file& file_;
    std::string bytes_;
    std::uint64_t begin_ = 0;  // of bytes_ in the file
    disk_error problem_;
};

class log_reader {
  public:
    /// Of `file`, from the record at `begin` to `end`, which is its size at most.
    log_reader(stored_file& file, std::uint64_t begin, std::uint64_t end)
        : window_(file), at_(begin), end_(end) {}

    enum class status : std::uint8_t {
        record,   // `what` is the next one, valid until the next call
        end,      // all has been read
        torn,     // the rest, from `position` on, has no whole record
        damaged,  // the bytes at `position` are no record, but whole ones follow at `resumes_at`
        failed,   // the disk: see `problem`
    };

    status next(effect& what);

    /// Goes on behind the damage. Requires: `next` has told of it.
    void skip() noexcept { at_ = resumes_at_; }

    std::uint64_t position() const noexcept { return at_; }
    std::uint64_t resumes_at() const noexcept { return resumes_at_; }
    std::uint64_t records() const noexcept { return records_; }
    const disk_error& problem() const noexcept { return window_.problem(); }

  private:
    std::optional<decoded_record> record_at(std::uint64_t offset);
    std::optional<std::uint64_t> find_record();
    std::uint64_t claimed_end();

    file_window window_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::uint64_t resumes_at_ = 0;
    std::uint64_t records_ = 0;
};

}  // namespace backend
