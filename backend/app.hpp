// The backend put together: workers, store, partner, listeners; start and end. Owned by main.
#pragma once

#include "backend/config.hpp"
#include "backend/persist/durable_log.hpp"
#include "backend/replication/change_sinks.hpp"
#include "backend/replication/partner_link.hpp"
#include "backend/replication/restore.hpp"
#include "backend/server/ack_batch.hpp"
#include "backend/server/backend_info.hpp"
#include "backend/server/chores.hpp"
#include "backend/server/services.hpp"
#include "backend/server/session.hpp"
#include "shared/net/listener.hpp"
#include "shared/net/service.hpp"
#include "shared/net/session_table.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

namespace backend {

class app {
  public:
    /// Opens the listeners. Throws std::runtime_error if that fails.
    explicit app(const config& settings);

    /// Serves until a signal ends it.
    void run();

  private:
    effect_sink* sink();
    void open_log();
    void read_identity();
    void open_partner_link();
    void open_listeners();
    void accept(std::size_t worker, boost::asio::ip::tcp::socket connection);
    void close_client(const client_place& place);
    void load();
    void begin_serving();
    void announce_when_ready();
    void expire();
    void begin_drain();
    bool drained();

    const config settings_;
    shared::worker_pool workers_;
    hybrid_clock clock_;
    outbox records_;
    log_sink to_log_;
    change_sinks to_both_;
    store data_;
    node_identity identity_;
    std::unique_ptr<durable_log> log_;  // null: nothing is written to disk
    restorer restorer_;                 // the log's thread, until everything is read
    std::string load_problem_;          // first worker's thread
    std::deque<counters> counts_;       // one for each worker, as are services and what follows
    server_state server_;
    backend_info info_;
    std::unique_ptr<partner_link> partner_;
    std::deque<record_flusher> flushers_;
    std::deque<subscriptions> topics_;
    std::deque<services> services_;
    std::deque<shared::session_table<session>> clients_;
    std::deque<ack_batch> confirmations_;
    std::deque<chores> chores_;
    std::vector<std::unique_ptr<shared::listener>> listeners_;
    boost::asio::steady_timer expiry_;
    boost::asio::steady_timer ready_check_;
    std::atomic<std::uint64_t> next_client_{1};
    std::atomic<std::uint64_t> connected_{0};
    bool serving_ = false;        // and the partner is dialled; first worker's thread, as the next
    bool asked_partner_ = false;  // while draining, as the next
    bool partner_has_all_ = false;
    shared::service service_;
};

}  // namespace backend
