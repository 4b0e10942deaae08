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

/// What is wrong with the header at the beginning of `bytes`; empty: it is one of `node`'s.
/// A header that is cut short is told from one that is not ours by `log_header_cut`.
std::string header_problem(std::string_view bytes, std::string_view node);

/// True if `bytes` are the beginning of the header and no more: the file's making was cut short.
bool log_header_cut(std::string_view bytes, std::string_view node);

}  // namespace backend
