// What the backend tells of itself: INFO, CONFIG GET, readiness. Read by every worker; owned by the
// app.
#pragma once

#include "backend/persist/durable_log.hpp"
#include "backend/replication/partner_link.hpp"
#include "backend/server/counters.hpp"
#include "backend/server/server_state.hpp"
#include "backend/store/store.hpp"
#include "shared/base/clock.hpp"
#include "shared/command/connection_commands.hpp"

#include <deque>
#include <mutex>

namespace backend {

struct backend_identity {
    std::string name;
    std::uint16_t port;
    std::uint64_t max_value;
};

/// What has been counted, over all workers.
struct statistics {
    std::uint64_t accepted = 0, refused = 0, requests = 0, slow_subscribers = 0;
    store_stats data{};
    command_table commands = command_table(command_count);
};

class backend_info final : public shared::server_facts {
  public:
    /// `partner` may be null; `counts` has an entry for each worker.
    backend_info(backend_identity self, const store& data, const std::deque<counters>& counts,
                 const server_state& server);

    /// Requires: called before the workers run.
    void set_partner(const partner_link* partner) noexcept { partner_ = partner; }

    /// The same; null: there is none.
    void set_log(const durable_log* log) noexcept { log_ = log; }

    std::vector<shared::info_section> info() const override;
    std::vector<std::pair<std::string_view, std::string>> parameters() const override;
    std::string not_ready() const override;
    bool serves(const shared::command_spec& spec) const override;

    /// CONFIG RESETSTAT: counts from now on. Any worker may call it.
    void reset_statistics();

  private:
    std::uint64_t total(shared::counter counters::* which) const noexcept;
    statistics count() const;
    statistics since_reset() const;
    std::string server_lines() const;
    std::string client_lines() const;
    std::string policy_name() const;
    std::string memory_lines(const store_stats& stats) const;
    std::string persistence_lines() const;
    std::string stats_lines(const statistics& since) const;
    std::string replication_lines() const;

    backend_identity self_;
    const store& data_;
    const std::deque<counters>& counts_;
    const server_state& server_;
    const partner_link* partner_ = nullptr;
    const durable_log* log_ = nullptr;
    shared::steady_time started_ = shared::steady_now();
    shared::unix_ms started_at_ = shared::unix_now();
    std::string run_id_;  // 40 hexadecimal digits, others with each start
    mutable std::mutex mutex_;
    statistics at_reset_;  // under the lock
};

}  // namespace backend
