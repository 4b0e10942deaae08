// What the proxy tells of itself: INFO, CONFIG GET. Read by every worker; owned by the app.
#pragma once

#include "proxy/frontend/counters.hpp"
#include "proxy/frontend/pool_facts.hpp"
#include "shared/base/clock.hpp"
#include "shared/command/connection_commands.hpp"

#include <deque>

namespace proxy {

/// One for each pool; `counts` has an entry for each worker.
class proxy_info final : public shared::server_facts {
  public:
    proxy_info(const pool_facts& pool, const std::deque<counters>& counts, std::uint16_t port);

    std::vector<shared::info_section> info() const override;
    std::vector<std::pair<std::string_view, std::string>> parameters() const override;
    std::string not_ready() const override { return {}; }
    bool serves(const shared::command_spec& spec) const override;

  private:
    std::uint64_t total(shared::counter counters::* which) const noexcept;
    std::string server_lines() const;
    std::string stats_lines() const;
    std::string backend_lines() const;

    const pool_facts& pool_;
    const std::deque<counters>& counts_;
    std::uint16_t port_;
    shared::steady_time started_ = shared::steady_now();
};

}  // namespace proxy
