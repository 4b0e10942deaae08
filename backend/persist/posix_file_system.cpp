#include "backend/persist/posix_file_system.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>

namespace backend {
namespace {

constexpr mode_t owner_alone = 0600;

disk_error last_error() noexcept {
    return {errno, boost::system::system_category()};
}

disk_error checked(int outcome) noexcept {
    return outcome == 0 ? disk_error() : last_error();
}

class posix_append_file final : public append_file {
  public:
    explicit posix_append_file(unique_descriptor file) noexcept : file_(std::move(file)) {}

    disk_error append(std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto written = ::write(file_.get(), bytes.data(), bytes.size());
            if (written > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
                size_.fetch_add(static_cast<std::uint64_t>(written), std::memory_order_release);
            } else if (errno != EINTR) {
                return last_error();
            }
        }
        return {};
    }

    disk_error sync() override {
        const auto written = size_.load(std::memory_order_acquire);
        if (const auto problem = checked(::fdatasync(file_.get()))) return problem;
        return missing(written);
    }

  private:
    /// The kernel syncs a file without a name, or one that somebody has cut, as well as any other.
    disk_error missing(std::uint64_t written) const noexcept {
        struct stat facts{};
        if (::fstat(file_.get(), &facts) != 0) return last_error();
        if (facts.st_nlink == 0) return {ENOENT, boost::system::system_category()};
        const bool cut = static_cast<std::uint64_t>(facts.st_size) < written;
        return cut ? disk_error(EIO, boost::system::system_category()) : disk_error();
    }

    unique_descriptor file_;
    std::atomic<std::uint64_t> size_{0};  // of what was written; `sync` may run meanwhile
};

class posix_stored_file final : public stored_file {
  public:
    posix_stored_file(unique_descriptor file, std::uint64_t size) noexcept
        : file_(std::move(file)), size_(size) {}

    std::uint64_t size() const override { return size_; }

    disk_error read(std::uint64_t offset, std::span<char> room) override {
        while (!room.empty()) {
            const auto got =
                ::pread(file_.get(), room.data(), room.size(), static_cast<off_t>(offset));
            if (got == 0) return {EIO, boost::system::system_category()};  // it has been cut
            if (got < 0 && errno != EINTR) return last_error();
            if (got < 0) continue;
            offset += static_cast<std::uint64_t>(got);
            room = room.subspan(static_cast<std::size_t>(got));
        }
        return {};
    }

  private:
    unique_descriptor file_;
    std::uint64_t size_;
};

}  // namespace

unique_descriptor::~unique_descriptor() {
    if (number_ >= 0) ::close(number_);
}

disk_error posix_file_system::claim() {
    std::error_code problem;
    std::filesystem::create_directories(directory_, problem);
    if (problem) return {problem.value(), boost::system::system_category()};
    auto opened = open_locked();
    if (!opened) return opened.error();
    opened_ = std::move(*opened);
    return {};
}

shared::result<unique_descriptor> posix_file_system::open_locked() const {
    unique_descriptor made(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!made) return last_error();
    if (::flock(made.get(), LOCK_EX | LOCK_NB) == 0) return made;
    if (errno != EWOULDBLOCK) return last_error();
    return make_error_code(boost::system::errc::device_or_resource_busy);
}

shared::result<std::unique_ptr<append_file>> posix_file_system::create(const std::string& name) {
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC;
    const auto make = [&] { return ::openat(opened_.get(), name.c_str(), flags, owner_alone); };
    unique_descriptor made(make());
    if (!made && errno == ENOENT && take_new_directory()) made = unique_descriptor(make());
    if (!made) return last_error();
    return std::make_unique<posix_append_file>(std::move(made));
}

/// After a removal: what has its name now is another directory, and nobody's data may be in it.
/// False leaves ENOENT in errno.
bool posix_file_system::take_new_directory() {
    bool taken = false;
    if (const auto names = list(); names && names->empty()) {
        const auto found = open_locked();
        // In one step, for other threads use the number.
        taken = found && ::dup3(found->get(), opened_.get(), O_CLOEXEC) >= 0;
    }
    if (!taken) errno = ENOENT;
    return taken;
}

shared::result<std::unique_ptr<stored_file>> posix_file_system::open(const std::string& name) {
    unique_descriptor found(::openat(opened_.get(), name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat facts{};
    if (!found || ::fstat(found.get(), &facts) != 0) return last_error();
    ::posix_fadvise(found.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    return std::make_unique<posix_stored_file>(std::move(found),
                                               static_cast<std::uint64_t>(facts.st_size));
}

disk_error posix_file_system::sync(const std::string& name) {
    const unique_descriptor found(::openat(opened_.get(), name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!found) return last_error();
    return checked(::fdatasync(found.get()));
}

disk_error posix_file_system::rename(const std::string& from, const std::string& to) {
    return checked(::renameat(opened_.get(), from.c_str(), opened_.get(), to.c_str()));
}

disk_error posix_file_system::remove(const std::string& name) {
    return checked(::unlinkat(opened_.get(), name.c_str(), 0));
}

shared::result<std::vector<std::string>> posix_file_system::list() {
    std::error_code problem;
    std::vector<std::string> names;
    std::filesystem::directory_iterator at(directory_, problem);
    for (; !problem && at != std::filesystem::directory_iterator(); at.increment(problem)) {
        names.push_back(at->path().filename().string());
    }
    if (problem) return disk_error(problem.value(), boost::system::system_category());
    std::sort(names.begin(), names.end());
    return names;
}

disk_error posix_file_system::sync_directory() {
    return checked(::fsync(opened_.get()));
}

}  // namespace backend
