// The files of the log and the manifest that names them. Changing it is for one thread at a time:
// first the one that starts the program, then the log's own.
#pragma once

#include "backend/persist/file_system.hpp"
#include "backend/persist/manifest.hpp"

#include <memory>
#include <string>

namespace backend {

/// A new file with its header, which has been synced.
struct started_file {
    log_name name;
    std::unique_ptr<append_file> file;
    std::uint64_t size;  // of the header
};

class log_directory {
  public:
    /// `node` is the backend's name, of `longest_node_name` letters at most. Requires: `files`
    /// outlives this.
    log_directory(file_system& files, std::string node)
        : files_(files), node_(std::move(node)), present_{node_, {}} {}

    /// Takes the directory and reads its manifest. With `salvage` what is there is taken even if
    /// the manifest is missing or damaged; never what is another node's or of another format. The
    /// problem, for people; empty: it is open.
    std::string open(bool salvage);

    /// As published last, or read.
    const manifest& present() const noexcept { return present_; }
    const std::string& node() const noexcept { return node_; }
    file_system& files() noexcept { return files_; }

    shared::result<started_file> create(log_kind kind);

    /// Replaces the manifest: after a success `parts` are what a start will read. After an error
    /// either may be. Requires: the names in `parts` are of files that are there.
    disk_error publish(std::vector<log_part> parts);

    /// True if the manifest on the disk may be another than `present`.
    bool uncertain() const noexcept { return uncertain_; }

    /// Removes files of the log that the manifest does not name. Requires: not uncertain.
    void remove_strays();

    /// What can't be removed now goes with the next strays.
    void remove(const log_name& name) {
        [[maybe_unused]] const auto problem = files_.remove(name.text());
    }

  private:
    std::string read_present();
    std::string take_without_manifest(bool salvage);
    void check_owner(const std::string& name);

    file_system& files_;
    std::string node_;
    manifest present_;
    std::uint64_t next_number_ = 1;
    bool uncertain_ = false;
    std::string foreign_;  // why this directory is not ours, if it is not
};

}  // namespace backend
