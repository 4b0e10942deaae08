// Which files make up the log, in the order in which they are replayed. Pure.
//
//   ringway-log 1
//   node a1
//   base-000003 73400321      a whole copy of the data: at most one, first
//   tail-000004 5542          changes since; so many bytes of it are whole, and on the disk
//   tail-000005 open          the one that is written, or was when the process ended
//   checksum 4f0c9a1e
//
// The text is replaced as a whole (log_directory). Of a file with a size no byte may be missing or
// damaged; one that is open may end in the middle of a record.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

/// A value, or a sentence about what is wrong, for people.
template <typename T>
using described = boost::system::result<T, std::string>;

enum class log_kind : std::uint8_t { base, tail };

struct log_name {
    log_kind kind = log_kind::tail;
    std::uint64_t number = 0;  // never used twice in a directory

    std::string text() const;
    friend bool operator==(const log_name&, const log_name&) = default;
};

/// The name of a file of the log; nothing if it is something else's.
std::optional<log_name> parse_log_name(std::string_view text);

struct log_part {
    log_name name;
    std::optional<std::uint64_t> size;  // none: open

    friend bool operator==(const log_part&, const log_part&) = default;
};

struct manifest {
    std::string node;
    std::vector<log_part> parts;

    /// Above every number in use.
    std::uint64_t next_number() const noexcept;
    bool has(const log_name& name) const noexcept;

    friend bool operator==(const manifest&, const manifest&) = default;
};

std::string write_manifest(const manifest& what);
described<manifest> read_manifest(std::string_view text);

/// True if `text` is a whole manifest of a format that this program does not know.
bool manifest_has_other_format(std::string_view text);

}  // namespace backend
