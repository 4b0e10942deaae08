// What a server knows of one client. Owned by the client's session, touched by its worker alone.
#pragma once

#include "shared/resp/encoder.hpp"

#include <cstdint>
#include <string>

namespace shared {

struct client_state {
    std::uint64_t id = 0;
    protocol version = protocol::resp2;
    bool closing = false;  // close once what is queued has been written
    std::string address;   // "127.0.0.1:51234"
    std::string name;      // CLIENT SETNAME
    std::string library;   // CLIENT SETINFO LIB-NAME
    std::string library_version;
};

}  // namespace shared
