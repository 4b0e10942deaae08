// The directory of the log on a real disk. Any thread; owned by the app.
#pragma once

#include "backend/persist/file_system.hpp"

#include <utility>

namespace backend {

/// A descriptor that is closed with its owner.
class unique_descriptor {
  public:
    unique_descriptor() = default;
    explicit unique_descriptor(int number) noexcept : number_(number) {}
    unique_descriptor(unique_descriptor&& other) noexcept
        : number_(std::exchange(other.number_, -1)) {}
    unique_descriptor& operator=(unique_descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~unique_descriptor();

    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

  private:
    int number_ = -1;
};

class posix_file_system final : public file_system {
  public:
    explicit posix_file_system(std::string directory) : directory_(std::move(directory)) {}

    /// Locks the directory for as long as this lives. Beside errors of the disk:
    /// `errc::device_or_resource_busy` if another process has it.
    disk_error claim() override;

    /// If the directory has been removed, and made again, and is empty, it is locked and used. The
    /// file's `sync` tells, beside errors of the disk, that somebody has removed it (ENOENT) or cut
    /// it (EIO).
    shared::result<std::unique_ptr<append_file>> create(const std::string& name) override;
    shared::result<std::unique_ptr<stored_file>> open(const std::string& name) override;
    disk_error sync(const std::string& name) override;
    disk_error rename(const std::string& from, const std::string& to) override;
    disk_error remove(const std::string& name) override;
    shared::result<std::vector<std::string>> list() override;
    disk_error sync_directory() override;

  private:
    shared::result<unique_descriptor> open_locked() const;
    bool take_new_directory();

    std::string directory_;
    unique_descriptor opened_;  // the directory, locked; names are relative to it
};

}  // namespace backend
