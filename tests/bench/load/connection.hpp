// A TCP connection to the server that is measured: owns the socket. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace bench {

class connection {
  public:
    /// Connects, blocking and without Nagle's delay; throws std::system_error. `host` is an IPv4
    /// address.
    connection(const std::string& host, std::uint16_t port);
    ~connection();
    connection(connection&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    connection& operator=(connection&&) = delete;

    int descriptor() const noexcept { return descriptor_; }

    /// From now on nothing waits. Throws std::system_error.
    void set_non_blocking();

  private:
    int descriptor_ = -1;
};

}  // namespace bench
