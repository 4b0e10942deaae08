// What a connection has received and not yet used. Reads go into the worker's scratch room, which
// all its connections share; only the rest of a message that is not whole yet is kept, so an idle
// connection holds no memory. Owned by one connection, touched by its worker's thread alone.
#pragma once

#include "shared/buffer/read_buffer.hpp"
#include "shared/net/socket.hpp"

#include <span>
#include <string_view>

namespace shared {

class inbound {
  public:
    struct outcome {
        bool closed = false;   // the stream has ended
        bool more = false;     // the socket may hold more: it filled all the room there was
        std::size_t size = 0;  // bytes that came
    };

    /// Reads once. `missing`: bytes that the message in the works takes at least.
    outcome read(socket& from, std::span<char> scratch, std::size_t missing);

    /// All that is unused. Valid until `use`, or until another connection reads into the same
    /// scratch room.
    std::string_view bytes() const noexcept { return fresh_.empty() ? kept_.data() : fresh_; }

    /// Drops the first `size` bytes and keeps the rest. To be called after each `read`, before the
    /// worker's next connection reads. Requires: `size <= bytes().size()`.
    void use(std::size_t size, std::size_t missing);

    void clear();

  private:
    read_buffer kept_;
    std::string_view fresh_;  // in the scratch room; empty while something is kept
};

}  // namespace shared
