// Replies of backends, RESP2, as a client of RESP3 wants them. Pure.
#pragma once

#include "shared/command/spec.hpp"
#include "shared/resp/encoder.hpp"

#include <string>
#include <string_view>

namespace proxy {

/// Appends a reply, RESP2, as RESP3: "no value", alone or within an array, becomes null and the
/// rest takes the command's shape. What does not fit the shape keeps its type: no reply of a
/// backend makes one that can't be read. Requires: `reply` was measured by reply_parser.
void append_resp3(std::string& out, std::string_view reply, shared::reply_shape shape);

/// The same, or for a client of RESP2 the reply as it is.
inline void append_reply(std::string& out, std::string_view reply, shared::protocol version,
                         shared::reply_shape shape = shared::reply_shape::as_is) {
    if (version == shared::protocol::resp2) {
        out += reply;
    } else {
        append_resp3(out, reply, shape);
    }
}

/// The same for one line of a reply that is passed on in pieces and has no shape.
void append_line(std::string& out, std::string_view line, shared::protocol version);

}  // namespace proxy
