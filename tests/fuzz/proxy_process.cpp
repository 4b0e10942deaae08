#include "tests/fuzz/proxy_process.hpp"

#include "proxy/app.hpp"
#include "shared/log/log.hpp"
#include "tests/fuzz/sockets.hpp"
#include "tests/fuzz/streams.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <thread>

namespace fuzz {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

proxy::config configuration(std::uint16_t port, const std::vector<std::uint16_t>& backends,
                            unsigned request_timeout_ms) {
    proxy::pool_config pool;
    pool.name = "main";
    pool.request_timeout = milliseconds(request_timeout_ms);
    pool.connect_timeout = seconds(10);
    pool.large_reply = 1U << 20U;  // none is asked for twice: each has one answer to be judged by
    // A probe that is late on a busy machine is no finding.
    pool.health = {.interval = seconds(1), .timeout = seconds(1), .fall = 1000, .rise = 1};
    for (std::size_t i = 0; i < backends.size(); ++i) {
        pool.backends.push_back(
            {"b" + std::to_string(i), {"127.0.0.1", backends[i]}, std::string(), 1});
    }
    proxy::config all;
    all.threads = 1;
    all.limits.max_line = limits.line;
    all.limits.max_value = limits.value;
    all.log_level = shared::log_level::error;
    all.listeners.push_back({{"127.0.0.1", port}, "resp", "main"});
    all.pools.push_back(pool);
    return all;
}

/// What the process is; never comes back.
[[noreturn]] void serve(const proxy::config& settings) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        shared::set_up_log("proxy under test", settings.log_level);
        proxy::app(settings).run();
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "the proxy under test: %s\n", problem.what());
        std::exit(1);
    }
    std::exit(0);
}

std::string described(int status) {
    if (WIFSIGNALED(status))
        return "the proxy was ended by signal " + std::to_string(WTERMSIG(status));
    const int code = WEXITSTATUS(status);
    return code == 0 ? "" : "the proxy ended with status " + std::to_string(code);
}

}  // namespace

proxy_process::proxy_process(const std::vector<std::uint16_t>& backends,
                             unsigned request_timeout_ms)
    : port_(port_of(listen_anywhere())) {
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error("no further process can be made");
    if (id_ == 0) serve(configuration(port_, backends, request_timeout_ms));
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (!connect_to(port_, 0).is_open()) {
        if (auto why = failure(); !why.empty()) throw std::runtime_error(why);
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("the proxy does not listen");
        std::this_thread::sleep_for(milliseconds(2));
    }
}

proxy_process::~proxy_process() {
    if (id_ < 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
}

std::string proxy_process::failure() {
    if (id_ < 0) return "the proxy is not running";
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) != id_) return {};
    id_ = -1;
    const auto why = described(status);
    return why.empty() ? "the proxy ended of itself" : why;
}

std::string proxy_process::stop() {
    if (auto why = failure(); !why.empty()) return why;
    ::kill(id_, SIGTERM);
    int status = 0;
    ::waitpid(std::exchange(id_, -1), &status, 0);
    return described(status);
}

}  // namespace fuzz
