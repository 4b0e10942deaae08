// A connected TCP socket in non-blocking mode: one system call for each call, no waiting. Owned by
// one connection.
#pragma once

#include "shared/base/error.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace shared {

/// True for a failure to connect that says nothing of the other side: descriptors, ports or memory
/// are short here.
bool is_own_shortage(const boost::system::error_code& problem) noexcept;

/// "127.0.0.1:51234", "[::1]:7401".
std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);

class socket {
  public:
    /// Takes the descriptor over from Asio; sets non-blocking mode and TCP_NODELAY.
    explicit socket(boost::asio::ip::tcp::socket from_asio);
    ~socket();
    socket(socket&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), peer_(std::move(other.peer_)) {}
    socket& operator=(socket&&) = delete;

    struct outcome {
        std::size_t size = 0;      // bytes moved
        bool would_block = false;  // nothing can be moved now
        bool closed = false;       // end of the stream, or an error: the connection is over
    };

    outcome read_some(std::span<char> room) noexcept;
    outcome write_some(std::string_view bytes) noexcept;

    int descriptor() const noexcept { return descriptor_; }
    const std::string& peer() const noexcept { return peer_; }

    /// Closes at once; the peer gets a reset if bytes it sent have not been read.
    void close() noexcept;

    /// The same with a reset in any case: what has not reached the peer yet never will.
    void abort() noexcept;

  private:
    int descriptor_ = -1;
    std::string peer_;  // "127.0.0.1:51234"
};

}  // namespace shared
