// A real directory whose disk can be told to fail, from any thread.
#pragma once

#include "backend/persist/posix_file_system.hpp"

#include <atomic>

namespace support {

class failing_files final : public backend::file_system {
  public:
    explicit failing_files(const std::string& directory, const std::atomic<bool>& failing)
        : files_(directory), failing_(failing) {}

    backend::disk_error claim() override { return files_.claim(); }
    shared::result<std::unique_ptr<backend::append_file>> create(const std::string& name) override {
        if (failing_) return io_error();
        auto made = files_.create(name);
        if (!made) return made;
        return std::make_unique<file>(std::move(*made), failing_);
    }
    shared::result<std::unique_ptr<backend::stored_file>> open(const std::string& name) override {
        return files_.open(name);
    }
    backend::disk_error sync(const std::string& name) override { return files_.sync(name); }
    backend::disk_error rename(const std::string& from, const std::string& to) override {
        return files_.rename(from, to);
    }
    backend::disk_error remove(const std::string& name) override { return files_.remove(name); }
    shared::result<std::vector<std::string>> list() override { return files_.list(); }
    backend::disk_error sync_directory() override { return files_.sync_directory(); }

  private:
    class file final : public backend::append_file {
      public:
        file(std::unique_ptr<backend::append_file> real, const std::atomic<bool>& failing)
            : real_(std::move(real)), failing_(failing) {}
        backend::disk_error append(std::string_view bytes) override { return real_->append(bytes); }
        backend::disk_error sync() override { return failing_ ? io_error() : real_->sync(); }

      private:
        std::unique_ptr<backend::append_file> real_;
        const std::atomic<bool>& failing_;
    };

    static backend::disk_error io_error() { return make_error_code(boost::system::errc::io_error); }

    backend::posix_file_system files_;
    const std::atomic<bool>& failing_;
};

}  // namespace support
