// Applies the log's files, in the order of the manifest, when the program starts. One thread;
// progress may be read by any.
#pragma once

#include "backend/persist/log_directory.hpp"
#include "backend/persist/log_reader.hpp"
#include "backend/persist/record.hpp"

#include <atomic>
#include <cstdint>
#include <functional>

namespace backend {

struct replay_progress {
    std::atomic<std::uint64_t> total_bytes{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> records{0};
};

struct replay_outcome {
    std::vector<log_part> parts;  // as in the manifest, without those that hold nothing
    std::uint64_t bytes = 0;      // of them that are whole
    bool damaged = false;         // salvaged: the log should be written anew
};

class replay {
  public:
    /// `apply` gets every record in its turn. Requires: all outlive this; the directory is open.
    replay(log_directory& directory, bool salvage, std::function<void(const effect&)> apply,
           replay_progress& progress)
        : directory_(directory), salvage_(salvage), apply_(std::move(apply)), progress_(progress) {}

    /// Ends early once `stop` is true; the outcome is of no use then. An error says which file is
    /// damaged, where, and what to do.
    described<replay_outcome> run(const std::atomic<bool>& stop);

  private:
    void measure();
    std::string read(const log_part& part, const std::atomic<bool>& stop);
    std::string read_records(log_reader& reader, const log_part& part, std::uint64_t end,
                             const std::atomic<bool>& stop);
    std::string check_header(stored_file& file, const log_part& part);
    std::string on_torn(const log_part& part, std::uint64_t at, std::uint64_t end);
    std::string on_damage(const log_part& part, std::uint64_t at, std::uint64_t until);
    std::string or_salvage(const std::string& problem);

    log_directory& directory_;
    bool salvage_;
    std::function<void(const effect&)> apply_;
    replay_progress& progress_;
    replay_outcome outcome_;
};

}  // namespace backend
