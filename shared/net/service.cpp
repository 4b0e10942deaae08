#include "shared/net/service.hpp"

#include "shared/log/log.hpp"

#include <systemd/sd-daemon.h>

#include <sys/resource.h>

#include <csignal>
#include <string>

namespace shared {
namespace {

constexpr std::chrono::milliseconds drain_check{10};

/// As nohup(1) leaves it: whoever has started the program wants it to outlive the terminal.
bool hangup_is_ignored() noexcept {
    struct sigaction inherited{};
    return ::sigaction(SIGHUP, nullptr, &inherited) == 0 && inherited.sa_handler == SIG_IGN;
}

}  // namespace

std::uint64_t allow_descriptors(std::uint64_t clients, std::uint64_t others) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return clients;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max >= clients + others) return clients;
    const std::uint64_t fitting = limit.rlim_max > others ? limit.rlim_max - others : 1;
    log_warn("only " + std::to_string(limit.rlim_max) + " descriptors are allowed: " +
             std::to_string(fitting) + " clients at a time (raise the limit: ulimit -n)");
    return fitting;
}

service::service(worker_pool& workers, std::chrono::microseconds drain_time, service_hooks hooks)
    : workers_(workers),
      hooks_(std::move(hooks)),
      drain_time_(drain_time),
      signals_(workers[0].context(), SIGTERM, SIGINT),
      drain_timer_(workers[0].context()),
      watchdog_(workers[0].context()) {
    if (!hangup_is_ignored()) signals_.add(SIGHUP);
    wait_for_signal();
    std::uint64_t interval = 0;
    if (::sd_watchdog_enabled(0, &interval) > 0) {
        watchdog_interval_ = std::chrono::microseconds(interval) / 3;
        heartbeats_ = static_cast<unsigned>(workers_.size());
        watch();
    }
}

void service::announce_ready(const std::string& status) {
    log_info(status);
    ::sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void service::run() {
    workers_.run();
}

void service::wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code problem, int signal) {
        if (problem) return;
        // A terminal that closes may say so twice, by its shell and by itself.
        if (draining_ && signal != SIGHUP) return workers_.stop();
        wait_for_signal();
        if (!draining_) drain();
    });
}

void service::drain() {
    draining_ = true;
    log_info("stopping: finishing what is under way");
    ::sd_notify(0, "STOPPING=1");
    drain_deadline_ = std::chrono::steady_clock::now() + drain_time_;
    hooks_.begin_drain();
    check_drained();
}

void service::check_drained() {
    if (hooks_.drained()) return workers_.stop();
    if (std::chrono::steady_clock::now() >= drain_deadline_) {
        log_warn("stopping with requests under way: the time for draining is over");
        return workers_.stop();
    }
    drain_timer_.expires_after(drain_check);
    drain_timer_.async_wait([this](boost::system::error_code problem) {
        if (!problem) check_drained();
    });
}

/// Every worker must have answered the last round before the next is reported: one that hangs is
/// noticed.
void service::watch() {
    if (heartbeats_.load() == workers_.size()) {
        ::sd_notify(0, "WATCHDOG=1");
        heartbeats_ = 0;
        workers_.post_to_all([this](worker&) { ++heartbeats_; });
    }
    watchdog_.expires_after(watchdog_interval_);
    watchdog_.async_wait([this](boost::system::error_code problem) {
        if (!problem) watch();
    });
}

}  // namespace shared
