// The life of a program as a service: tells systemd when it is ready, alive and stopping
// (sd_notify(3); without systemd nothing happens), and ends it in order: SIGTERM, SIGINT or SIGHUP
// stops accepting, what is under way is finished, then the workers stop. A second SIGTERM or SIGINT
// ends it at once. SIGHUP stays ignored where it was at the start (nohup).
// Owned by main; runs on the first worker.
#pragma once

#include "shared/net/worker.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>

namespace shared {

struct service_hooks {
    std::function<void()> begin_drain;  // stop accepting, finish what is under way
    std::function<bool()> drained;      // nothing is under way any more
};

/// Raises the process's limit of open descriptors as far as it may. How many of `clients` fit in
/// beside `others`; warns if not all do.
std::uint64_t allow_descriptors(std::uint64_t clients, std::uint64_t others);

class service {
  public:
    service(worker_pool& workers, std::chrono::microseconds drain_time, service_hooks hooks);

    /// To be called when clients can be served.
    void announce_ready(const std::string& status);

    /// Runs the workers until the end.
    void run();

  private:
    void wait_for_signal();
    void drain();
    void check_drained();
    void watch();

    worker_pool& workers_;
    service_hooks hooks_;
    std::chrono::microseconds drain_time_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer drain_timer_;
    boost::asio::steady_timer watchdog_;
    std::chrono::steady_clock::time_point drain_deadline_;
    std::chrono::microseconds watchdog_interval_{0};
    std::atomic<unsigned> heartbeats_{0};  // workers that have answered the last round
    bool draining_ = false;
};

}  // namespace shared
