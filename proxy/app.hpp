// The proxy put together: workers, pools, probers, listeners; start and end. Owned by main.
#pragma once

#include "proxy/config.hpp"
#include "proxy/frontend/dispatcher.hpp"
#include "proxy/frontend/proxy_info.hpp"
#include "proxy/health/prober.hpp"
#include "shared/net/listener.hpp"
#include "shared/net/service.hpp"

#include <atomic>
#include <deque>
#include <list>
#include <memory>
#include <vector>

namespace proxy {

class app {
  public:
    /// Resolves the backends' names and opens the listeners. Throws boost::system::system_error or
    /// std::runtime_error.
    explicit app(const config& settings);

    /// Serves until a signal ends it.
    void run();

  private:
    /// A pool with all that belongs to it.
    struct pool {
        pool(const pool_config& settings, const config& all, shared::worker_pool& workers,
             std::uint16_t port);

        health_board board;
        pool_facts facts;
        std::deque<counters> counts;  // one for each worker
        proxy_info info;
        std::vector<std::unique_ptr<dispatcher>> dispatchers;  // one for each worker
        std::vector<std::unique_ptr<prober>> probers;
    };

    void open_listeners(const listener_config& one, pool& target);
    void accept(dispatcher& target, shared::worker& owner, const proxy_info& info,
                boost::asio::ip::tcp::socket connection);
    pool& pool_named(std::string_view name);
    std::uint64_t other_descriptors() const;
    void probe_all();
    void serve_when_known();
    void begin_drain();
    bool drained() const;

    const config settings_;
    shared::worker_pool workers_;
    std::list<pool> pools_;
    std::vector<std::unique_ptr<shared::listener>> listeners_;
    std::atomic<std::uint64_t> next_client_{1};
    std::atomic<std::uint64_t> clients_{0};
    std::uint64_t most_clients_ = 0;
    boost::asio::steady_timer start_timer_;
    shared::service service_;
};

}  // namespace proxy
