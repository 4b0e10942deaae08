// The one byte format of effects: what partners exchange (and what a log would hold). Pure.
// An effect states what is true from its version on; applying one twice, or late, changes nothing ("newer wins").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/clock/version.hpp"
#include "shared/base/error.hpp"

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
    std::string_view key;
    std::string_view value;
};

inline constexpr std::uint8_t record_format = 1;

/// Appends the record of `what` to `out`.
void append_record(std::string& out, const effect& what);

struct decoded_record {
    effect what;        // points into the input
    std::size_t size;   // bytes of the input that it took
};

/// The record at the beginning of `input`.
/// Errors: `errc::record_incomplete` if bytes are missing, `errc::record_corrupt` if length, kind or checksum is wrong.
shared::result<decoded_record> read_record(std::string_view input, std::size_t longest);

}  // namespace backend
