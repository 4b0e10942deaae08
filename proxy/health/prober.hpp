// Asks one backend at every interval whether it is well: PING over a connection of its own, which
// stays open.
// `+PONG` is well, `-LOADING …` is alive but not to be used yet (Redis says so while it loads,
// Ringway's backend while it catches up with its partner), all else and silence are failures. Owned
// by the app, runs on the first worker.
#pragma once

#include "proxy/health/probe_state.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <string>

namespace proxy {

struct probe_schedule {
    std::chrono::microseconds interval;
    std::chrono::microseconds timeout;  // for connecting, asking and the answer together
    unsigned fall = 1;  // failures in a row; until then the next probe comes as soon as one is over
};

class prober {
  public:
    using outcome_handler = std::function<void(probe_outcome)>;

    prober(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint where,
           const probe_schedule& schedule, outcome_handler on_outcome);

    void start();

  private:
    void probe();
    void connect();
    void ask();
    void listen();
    void conclude(probe_outcome outcome);
    void rest();

    boost::asio::ip::tcp::endpoint where_;
    probe_schedule schedule_;
    outcome_handler on_outcome_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer deadline_;
    boost::asio::steady_timer next_;
    std::chrono::steady_clock::time_point begun_;
    std::array<char, 512> answer_{};
    std::size_t received_ = 0;
    unsigned failures_ = 0;  // in a row
    bool asking_ = false;
};

}  // namespace proxy
