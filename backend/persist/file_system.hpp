// What the log needs of a disk: one directory with files that are only ever appended to. An
// interface, so that tests (and a simulation) can run the log on a disk that fails at every
// operation and forgets what was not synced; posix_file_system is the real one.
//
// As POSIX has it: what was appended outlives the process; what was synced outlives the machine; a
// name that was created, renamed or removed does so after `sync_directory`. After a sync that
// failed nothing is known of what the file has (Rebello et al., "Can Applications Recover from
// fsync Failures?", ATC 2020): whoever sees one gives the file up.
#pragma once

#include "shared/base/error.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

using disk_error = boost::system::error_code;

/// A file that is being written. Appending: one thread at a time; `sync` may run meanwhile.
class append_file {
  public:
    virtual ~append_file() = default;

    /// All of `bytes`; after an error any part of them may be in the file.
    virtual disk_error append(std::string_view bytes) = 0;

    /// An error also where what was appended before the call is no longer in the directory's file.
    virtual disk_error sync() = 0;
};

/// A file that is being read, by one thread.
class stored_file {
  public:
    virtual ~stored_file() = default;
    virtual std::uint64_t size() const = 0;

    /// Fills `room` with the bytes from `offset` on. Requires: there are as many.
    virtual disk_error read(std::uint64_t offset, std::span<char> room) = 0;
};

class file_system {
  public:
    virtual ~file_system() = default;

    /// Makes the directory if it is missing, and sees that no other process uses it.
    virtual disk_error claim() = 0;

    /// A new, empty file; one of that name that there was is gone.
    virtual shared::result<std::unique_ptr<append_file>> create(const std::string& name) = 0;
    virtual shared::result<std::unique_ptr<stored_file>> open(const std::string& name) = 0;

    /// Syncs a file that nobody writes any more.
    virtual disk_error sync(const std::string& name) = 0;
    virtual disk_error rename(const std::string& from, const std::string& to) = 0;
    virtual disk_error remove(const std::string& name) = 0;
    virtual shared::result<std::vector<std::string>> list() = 0;
    virtual disk_error sync_directory() = 0;
};

/// All that a file has. Errors: those of the disk, and `file_too_large` for more than `most` bytes.
shared::result<std::string> read_all(file_system& files, const std::string& name,
                                     std::uint64_t most = UINT64_MAX);

}  // namespace backend
