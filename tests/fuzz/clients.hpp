// Many clients at a time, each of which sends one stream piece by piece, ends its sending, and
// keeps what the proxy answers until it closes. Runs on the test's loop.
#pragma once

#include "tests/fuzz/options.hpp"
#include "tests/fuzz/sockets.hpp"
#include "tests/fuzz/streams.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fuzz {

/// A stream on its way.
class stream_client final : public io_target {
  public:
    stream_client(io_loop& loop, std::uint16_t port, std::uint64_t number, stream sent);

    /// Sends the next piece; the end of the stream behind the last. False if all is sent.
    bool send_next();

    void on_readable() override;

    bool is_over() const noexcept { return !socket_.is_open(); }
    bool was_reset() const noexcept { return reset_; }
    bool is_late() const { return std::chrono::steady_clock::now() > deadline_; }

    std::uint64_t number() const noexcept { return number_; }
    const stream& sent() const noexcept { return stream_; }
    const std::string& received() const noexcept { return received_; }

  private:
    std::uint64_t number_;
    stream stream_;
    descriptor socket_;
    std::string received_;
    std::chrono::steady_clock::time_point deadline_;
    std::size_t piece_ = 0;  // the one that is being sent
    std::size_t sent_ = 0;   // bytes of the stream
    std::size_t piece_end_ = 0;
    bool ended_ = false;
    bool reset_ = false;
};

/// Sends the streams that `wanted` names to the proxy and calls `on_end` with each that is over or
/// late; false from it ends the run. `idle` is called once in each turn.
void run_clients(io_loop& loop, std::uint16_t port, const options& wanted,
                 const std::function<bool(const stream_client&)>& on_end,
                 const std::function<bool()>& idle);

}  // namespace fuzz
