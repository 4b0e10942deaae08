// What the backend tells of itself: INFO, CONFIG GET, readiness. Read by every worker; owned by the
// app.
#pragma once

#include "backend/replication/partner_link.hpp"
#include "backend/server/counters.hpp"
#include "backend/store/store.hpp"
#include "shared/base/clock.hpp"
#include "shared/command/connection_commands.hpp"

#include <deque>

namespace backend {

struct backend_identity {
    std::string name;
    std::uint16_t port;
    std::uint64_t max_value;
};

class backend_info final : public shared::server_facts {
  public:
    /// `partner` may be null; `counts` has an entry for each worker.
    backend_info(backend_identity self, const store& data, const std::deque<counters>& counts);

    /// Requires: called before the workers run.
    void set_partner(const partner_link* partner) noexcept { partner_ = partner; }

    std::vector<shared::info_section> info() const override;
    std::vector<std::pair<std::string_view, std::string>> parameters() const override;
    std::string not_ready() const override;
    bool serves(const shared::command_spec& spec) const override;

  private:
    std::uint64_t total(shared::counter counters::* which) const noexcept;
    std::string server_lines() const;
    std::string memory_lines(const store_stats& stats) const;
    std::string stats_lines(const store_stats& stats) const;
    std::string replication_lines() const;

    backend_identity self_;
    const store& data_;
    const std::deque<counters>& counts_;
    const partner_link* partner_ = nullptr;
    shared::steady_time started_ = shared::steady_now();
};

}  // namespace backend
