// The partner's half of the link: gives receiving_half the connection that the partner has made.
// Owned by partner_link, touched by the thread of the worker that accepted the connection.
#pragma once

#include "backend/replication/receiving_half.hpp"
#include "shared/buffer/write_queue.hpp"
#include "shared/net/inbound.hpp"
#include "shared/net/socket.hpp"
#include "shared/net/worker.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace backend {

class link_receiver final : public shared::io_handler, private shared::turn_task {
  public:
    struct hooks {
        std::function<void(const std::string&)> on_lost;  // why; called once
        shared::turn_task* commit = nullptr;  // of this worker: keeps what the log was told
    };

    /// `answer` accepts the link and goes out first. A partner that is silent for `timeout` is
    /// given up.
    link_receiver(shared::worker& owner, shared::socket connection, std::string_view answer,
                  std::unique_ptr<receiving_half> half, std::chrono::microseconds timeout,
                  hooks callbacks);
    ~link_receiver() override;

    shared::worker& owner() noexcept { return owner_; }

    /// Any thread: as `receiving_half` has it.
    void retire() noexcept { half_->retire(); }

    void on_io(shared::io_events events) override;
    void give_up(const char* why) override {
        if (!lost_) lose(why);
    }

  private:
    void at_end_of_turn() override;
    void read();
    void watch();
    void lose(const std::string& why);

    shared::worker& owner_;
    shared::socket socket_;
    std::unique_ptr<receiving_half> half_;
    std::chrono::microseconds timeout_;
    hooks hooks_;
    shared::inbound in_;
    shared::write_queue out_;
    std::shared_ptr<boost::asio::steady_timer>
        deadline_;       // its handlers see by it that we are gone
    bool heard_ = true;  // since the deadline was set
    bool write_blocked_ = false;
    bool hangup_ = false;
    bool lost_ = false;
};

}  // namespace backend
