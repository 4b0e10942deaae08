// Our half of the link: dials the partner and gives sending_half the connection, the timers, and
// steps of the exchange. When the connection is lost it dials again. Owned by partner_link, runs on
// the first worker; the outbox takes records from all workers.
#pragma once

#include "backend/replication/sending_half.hpp"
#include "shared/base/address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace backend {

class link_sender {
  public:
    struct hooks {
        std::function<void()> on_nobody_there;            // nobody listens there
        std::function<void(const std::string&)> on_lost;  // why
    };

    /// Requires: `half` writes to `records`; both outlive the sender.
    link_sender(boost::asio::io_context& context, shared::address partner, sending_half& half,
                outbox& records, hooks callbacks);

    void start();
    void stop();

    /// As `sending_half` has it, in our thread.
    void after_acknowledgement(const awaited_change& what, acknowledgement then);

    std::string verify(verification::finished then) {
        return half_.verify(std::move(then), shared::moment_now());
    }

  private:
    class socket_outlet final : public byte_outlet {
      public:
        void lead_to(int descriptor) noexcept { descriptor_ = descriptor; }
        std::size_t write_some(std::string_view bytes) noexcept override;

      private:
        int descriptor_ = -1;
    };

    void dial();
    void greet();
    void read();
    void exchange();
    void wait_writable();
    void watch();
    void watch_waiters();
    void lose(const std::string& why);
    void dial_after(std::chrono::milliseconds pause);

    boost::asio::io_context& context_;
    shared::address partner_;
    sending_half& half_;
    outbox& outbox_;
    hooks hooks_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer redial_;
    boost::asio::steady_timer due_;       // of the half
    boost::asio::steady_timer patience_;  // of those who wait
    boost::asio::steady_timer step_;      // of the exchange
    socket_outlet outlet_;
    std::string request_;
    std::string read_room_;
    std::uint64_t attempt_ =
        0;  // distinguishes a connection's late events from those of the next one
    bool watching_waiters_ = false;
    bool step_waits_ = false;
    bool stopped_ = false;
};

}  // namespace backend
