// The partner's half of the link: takes its records, applies them to the store and answers its
// marks. Owned by partner_link, touched by the thread of the worker that accepted the connection.
#pragma once

#include "backend/clock/clock_guard.hpp"
#include "backend/persist/record.hpp"
#include "backend/store/store.hpp"
#include "shared/buffer/write_queue.hpp"
#include "shared/net/inbound.hpp"
#include "shared/net/socket.hpp"
#include "shared/net/worker.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

namespace backend {

/// What the partner's changes are kept in, besides the store.
struct link_log {
    effect_sink* sink = nullptr;          // null: nothing
    shared::turn_task* commit = nullptr;  // of the receiver's worker: keeps what the sink was told
};

class link_receiver final : public shared::io_handler, private shared::turn_task {
  public:
    struct hooks {
        std::function<void()> on_exchanged;    // every entry of the partner has been applied
        std::function<void(version)> on_seen;  // everything up to that version has been applied
        std::function<void(const std::string&)> on_lost;  // why; called once
        std::function<void(version)> on_refused{};        // that version is too far ahead
    };

    /// `answer` accepts the link and goes out first. A partner that is silent for `timeout` is
    /// given up, and so is one with a record that `guard` refuses: it is not applied.
    link_receiver(shared::worker& owner, shared::socket connection, std::string_view answer,
                  store& data, hybrid_clock& clock, std::chrono::microseconds timeout,
                  clock_guard& guard, hooks callbacks, link_log log = {});
    ~link_receiver() override;

    shared::worker& owner() noexcept { return owner_; }

    /// Any thread: another link has taken this one's place, so what still comes here is out of
    /// date.
    void retire() noexcept { retired_ = true; }

    void on_io(shared::io_events events) override;
    void give_up(const char* why) override { lose(why); }

  private:
    void at_end_of_turn() override;
    void read();
    std::string_view apply(std::string_view bytes, std::size_t& taken);
    void take(const effect& what);
    void commit_log();
    void watch();
    void lose(const std::string& why);

    shared::worker& owner_;
    shared::socket socket_;
    store& data_;
    hybrid_clock& clock_;
    std::chrono::microseconds timeout_;
    clock_guard& guard_;
    hooks hooks_;
    link_log log_;
    shared::inbound in_;
    shared::write_queue out_;
    boost::asio::steady_timer deadline_;
    bool heard_ = true;  // since the deadline was set
    bool write_blocked_ = false;
    bool hangup_ = false;
    bool lost_ = false;
    std::atomic<bool> retired_{false};
};

}  // namespace backend
