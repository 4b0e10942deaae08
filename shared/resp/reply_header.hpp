// The first line of a reply: its type and the number behind it. What measures replies whole
// (reply_parser) and what passes them on in pieces (reply_stream) read it alike. Pure.
#pragma once

#include "shared/resp/reply_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace shared {

struct reply_header {
    parse_status status = parse_status::need_more;
    char type = 0;            // one of + - : $ *
    std::int64_t number = 0;  // of an integer, the size of a bulk or array (-1: null)
    std::size_t size = 0;     // bytes of the line with its end
};

/// Reads the line at the beginning of `input`, of which the first `searched` bytes are known to
/// hold no end of line. malformed: it can't be a reply, or exceeds the limits.
reply_header read_reply_header(std::string_view input, std::size_t searched,
                               const reply_limits& limits) noexcept;

}  // namespace shared
