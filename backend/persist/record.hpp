// The one byte format of effects: what partners exchange and what the log holds. Pure; any
// thread may use it. An effect states what is true from its version on; applying one twice, or
// late, changes nothing ("newer wins").
//
// A record, all numbers little-endian:
//
//   0        4          8      9         17           25         29
//   ┌────────┬──────────┬──────┬─────────┬────────────┬──────────┬─────┬───────┐
//   │ length │ checksum │ kind │ version │ expires_at │ key size │ key │ value │
//   │ u32    │ u32      │ u8   │ u64     │ i64        │ u32      │     │       │
//   └────────┴──────────┴──────┴─────────┴────────────┴──────────┴─────┴───────┘
//            │          └─────── the checksum covers this ───────────────┘
//            └────────── the length counts this, from the checksum on ───┘
//
// The checksum is the low 32 bits of XXH3. The value has what the key leaves of the length.
#pragma once

#include "backend/clock/version.hpp"
#include "shared/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backend {

enum class effect_kind : std::uint8_t {
    set = 1,    // key has value, until expires_at (0: for good)
    erase = 2,  // key has no value
    flush = 3,  // nothing older than the version exists
    mark = 4,   // no effect on data: a note between partners; `value` says which
};

struct effect {
    effect_kind kind = effect_kind::mark;
    version stamp = 0;
    shared::unix_ms expires_at = 0;
    std::string_view key{};
    std::string_view value{};
};

inline constexpr std::uint8_t record_format = 1;

/// Bytes of a record beside key and value.
inline constexpr std::size_t record_header_size = 29;

/// Bytes that the length field of a record may name.
inline constexpr std::size_t longest_record = 0x7fff'ffff;

/// Appends the record of `what` to `out`. Requires: key and value together are below 2 GiB.
void append_record(std::string& out, const effect& what);

struct decoded_record {
    effect what;       // points into the input
    std::size_t size;  // bytes of the input that it took
};

/// The record at the beginning of `input`. `longest` bounds the length field: a greater one is
/// corrupt at once, so that nobody waits, or makes room, for a record that can't be.
/// Errors: `errc::record_incomplete` if bytes are missing, `errc::record_corrupt` if length, kind
/// or checksum is wrong.
shared::result<decoded_record> read_record(std::string_view input, std::size_t longest);

/// False if no record can begin like `input`, by its numbers alone and with `room` bytes there: for
/// looking for one where the bytes are damaged, at less than a checksum each.
bool may_begin_record(std::string_view input, std::size_t room) noexcept;

}  // namespace backend
