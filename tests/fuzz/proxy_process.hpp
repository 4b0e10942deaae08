// The proxy under test: the real one, in a process of its own, so that it may die without taking
// the test with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace fuzz {

class proxy_process {
  public:
    /// Starts it in front of the backends at these ports. `request_timeout_ms`: how long it waits
    /// for a reply. Requires: this process has one thread yet.
    proxy_process(const std::vector<std::uint16_t>& backends, unsigned request_timeout_ms);
    ~proxy_process();
    proxy_process(const proxy_process&) = delete;
    proxy_process& operator=(const proxy_process&) = delete;

    std::uint16_t port() const noexcept { return port_; }

    /// How it ended, if it should not have: empty while it runs.
    std::string failure();

    /// Ends it in order. How it ended, if not well; empty otherwise.
    std::string stop();

  private:
    pid_t id_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace fuzz
