// Our half of the link: dials the partner, sends it every entry, then every change as it happens,
// and asks it from time to time how far it has come. When the connection is lost it dials again.
// Owned by partner_link, runs on the first worker; the outbox takes records from all workers.
#pragma once

#include "backend/clock/clock_guard.hpp"
#include "backend/replication/acknowledgements.hpp"
#include "backend/replication/handshake.hpp"
#include "backend/replication/outbox.hpp"
#include "backend/store/store.hpp"
#include "shared/base/address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

namespace backend {

struct sender_settings {
    shared::address partner;
    std::chrono::microseconds timeout;  // silence for which the partner is given up
};

class link_sender {
  public:
    struct hooks {
        std::function<introduction()> introduce;             // what to say of ourselves
        std::function<void(const introduction&)> on_linked;  // the partner accepted
        std::function<void()> on_refused;                    // nobody listens there
        std::function<void(version)> on_seen;             // the partner has applied all up to there
        std::function<void(const std::string&)> on_lost;  // why
        std::function<void(version)> on_refused_version;  // it is too far ahead
    };

    link_sender(boost::asio::io_context& context, const sender_settings& settings, store& data,
                hybrid_clock& clock, clock_guard& guard, outbox& records, hooks callbacks);

    void start() { dial(); }
    void stop();

    /// Calls `then` when the partner has applied all that was changed before this call, and our
    /// clock is newer than all that the partner had answered by then; or when that is given up, as
    /// `what` says: at once if there is no link to wait for.
    void after_acknowledgement(const awaited_change& what, acknowledgement then);

    /// How far the partner is behind. Any thread.
    lag_reading lag() const { return lag_.read(outbox_.total(), shared::steady_now()); }

    /// When the partner last had the whole exchange, Unix time; 0: never. Any thread.
    shared::unix_ms exchanged_at() const noexcept { return exchanged_at_; }

  private:
    void dial();
    void greet();
    void read_answer();
    void begin(const introduction& partner);
    void exchange();
    void heartbeat();
    version mark(std::string_view which);
    void watch_waiters();
    void read_marks();
    void take_marks();
    void wait_writable();
    void arm_deadline();
    void lose(const std::string& why);
    void dial_after(std::chrono::milliseconds pause);

    boost::asio::io_context& context_;
    sender_settings settings_;
    store& data_;
    hybrid_clock& clock_;
    clock_guard& guard_;
    hooks hooks_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer redial_;
    boost::asio::steady_timer heartbeat_;
    boost::asio::steady_timer deadline_;
    boost::asio::steady_timer patience_;  // of those who wait
    bool watching_waiters_ = false;
    outbox& outbox_;
    acknowledgements waiters_;
    scan_cursor cursor_;
    version exchanged_ = 0;  // of the mark that ended the exchange; 0: it goes on
    std::string request_;
    std::string inbound_;
    std::string read_room_;
    link_lag lag_;
    std::atomic<shared::unix_ms> exchanged_at_{0};
    bool exchange_seen_ = false;  // by the partner, over this link
    std::uint64_t attempt_ =
        0;  // distinguishes a connection's late events from those of the next one
    bool linked_ = false;
    bool exchanging_ = false;
    bool step_posted_ = false;
    bool stopped_ = false;
};

}  // namespace backend
