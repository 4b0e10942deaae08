// What every file of the log begins with; records follow (record.hpp). Pure.
//
//   0          8        12          16       16+n
//   ┌──────────┬────────┬───────────┬────────┬──────────┐
//   │ RINGWLOG │ format │ name size │ name   │ checksum │   numbers: u32, little-endian
//   └──────────┴────────┴───────────┴────────┴──────────┘
//
// The name is that of the backend whose log it is; the checksum, the low 32 bits of XXH3, covers
// all before it. Which side of a pair a change was made on stands in each record's version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backend {

inline constexpr std::uint32_t log_format = 1;
inline constexpr std::size_t longest_node_name = 64;

/// Bytes of the header of a backend of that name.
constexpr std::size_t log_header_size(std::string_view node) noexcept {
    return 20 + node.size();
}

std::string log_header(std::string_view node);

/// Bytes that a header has at most.
inline constexpr std::size_t longest_log_header = 20 + longest_node_name;

enum class header_state : std::uint8_t {
    ours,
    damaged,  // whose it is nobody knows
    foreign   // whole, and another backend's or of another format: never to be read
};

struct header_check {
    header_state state = header_state::ours;
    std::string problem;  // for people; empty: it is ours
};

/// Looks at the header at the beginning of `bytes`, the first `longest_log_header` of the file if
/// it has as many. A header that is cut short counts as damaged: `log_header_cut` tells.
header_check check_header(std::string_view bytes, std::string_view node);

/// True if `bytes` are the beginning of the header and no more: the file's making was cut short.
bool log_header_cut(std::string_view bytes, std::string_view node);

}  // namespace backend
