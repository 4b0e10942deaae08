// What the proxy remembers of a request while a backend works on it. Plain data, copied freely.
#pragma once

#include "proxy/routing/reply_types.hpp"
#include "shared/command/spec.hpp"
#include "shared/net/session_id.hpp"
#include "shared/resp/encoder.hpp"

#include <cstdint>

namespace proxy {

struct ticket {
    shared::session_id client;
    std::uint64_t request = 0;  // its number in the client's reply_order
    std::uint16_t part = 0;     // its place in a gather
    std::uint16_t sent_to = 0;  // the backend that has it now
    std::uint32_t values = 0;   // that an array has to hold; 0: any number
    std::uint8_t attempts = 0;  // how often it was sent
    bool idempotent = false;
    bool gathered = false;          // one of several parts of a client's request
    bool resp3 = false;             // what the client spoke when it asked
    bool repeatable = false;        // reads only: asking once more changes nothing
    bool pinned = false;            // means something to `sent_to` alone: no other backend gets it
    reply_types types = any_reply;  // that the reply may have
    shared::reply_shape shape = shared::reply_shape::as_is;  // of the reply, if `resp3`

    shared::protocol version() const noexcept {
        return resp3 ? shared::protocol::resp3 : shared::protocol::resp2;
    }
};

}  // namespace proxy
