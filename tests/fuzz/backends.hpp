// The fake backends behind the proxy under test. What the proxy sends them must be canonical RESP,
// byte by byte; what they answer is a script's affair. Run on the test's loop.
#pragma once

#include "tests/fuzz/model.hpp"
#include "tests/fuzz/reference.hpp"
#include "tests/fuzz/sockets.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>

namespace fuzz {

class backends;

/// One connection of the proxy to a backend.
class backend_link final : public io_target {
  public:
    backend_link(backends& owner, descriptor made) : owner_(owner), socket_(std::move(made)) {}

    void on_readable() override;
    void on_writable() override;
    void send(std::string_view bytes);
    /// Ends this side once all is sent.
    void end_when_sent();

    bool closed_by_proxy() const noexcept { return closed_by_proxy_; }
    bool is_open() const noexcept { return socket_.is_open(); }
    const descriptor& socket() const noexcept { return socket_; }

  private:
    void take_requests();
    void push();

    backends& owner_;
    descriptor socket_;
    std::string in_;
    std::string out_;
    bool ending_ = false;
    bool closed_by_proxy_ = false;
};

class backends {
  public:
    /// Is told of each request but the proxy's own PING, which is answered.
    using script = std::function<void(backend_link&, const words&)>;

    backends(io_loop& loop, script answer);

    std::uint16_t port(std::size_t backend) const { return port_of(doors_[backend].listener); }

    /// What the proxy sent that is not canonical RESP, in words; empty as long as all is well.
    const std::string& complaint() const noexcept { return complaint_; }

    /// Forgets the connections that have ended. Not to be called from within the loop.
    void sweep();

  private:
    friend class backend_link;

    struct door final : io_target {
        void on_readable() override;
        backends* owner = nullptr;
        descriptor listener;
    };

    io_loop& loop_;
    script answer_;
    std::array<door, number_of_backends> doors_;
    std::list<backend_link> links_;
    std::string complaint_;
};

}  // namespace fuzz
