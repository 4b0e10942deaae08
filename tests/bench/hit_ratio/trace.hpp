// A trace of requests in a file, gzipped or not: one line for each request, its key and, if the
// trace has them, a space and the size of the value in bytes. For one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

struct gzFile_s;

namespace bench {

struct trace_request {
    std::uint64_t key;   // XXH3 of what the line says
    std::uint64_t size;  // bytes; 1 in a trace without sizes
};

class trace {
  public:
    /// Throws std::runtime_error if the file can't be read.
    trace(const std::string& path, bool with_sizes);

    /// The next request; nothing at the end. Throws std::runtime_error, with the number of the
    /// line, for one that is not as it must be, and for a file that is damaged.
    std::optional<trace_request> next();

  private:
    struct close_file {
        void operator()(gzFile_s* file) const noexcept;
    };

    bool read_line();
    [[noreturn]] void fail(const std::string& why) const;

    std::string path_;
    bool with_sizes_;
    std::unique_ptr<gzFile_s, close_file> file_;
    std::string line_;
    std::uint64_t number_ = 0;
};

}  // namespace bench
