#include "proxy/frontend/proxy_info.hpp"

#include "proxy/routing/command_table.hpp"
#include "shared/command/info_lines.hpp"
#include "shared/net/socket.hpp"

#include <unistd.h>

#include <chrono>

namespace proxy {
namespace {

struct stat {
    std::string_view name;
    shared::counter counters::* which;
};

constexpr stat stats[] = {
    {"total_connections_received", &counters::accepted},
    {"rejected_connections", &counters::rejected},
    {"total_commands_processed", &counters::requests},
    {"requests_retried", &counters::retried},
    {"retries_refused", &counters::retries_refused},
    {"requests_served_by_partner", &counters::served_by_partner},
    {"requests_relieved", &counters::relieved},
    {"requests_unavailable", &counters::unavailable},
    {"requests_unknown", &counters::unknown},
    {"requests_timed_out", &counters::timed_out},
    {"requests_busy", &counters::busy},
    {"protocol_errors", &counters::protocol_errors},
    {"closed_idle", &counters::closed_idle},
    {"closed_half_sent", &counters::closed_half_sent},
    {"closed_slow_readers", &counters::closed_slow_readers},
    {"closed_full_buffers", &counters::closed_full},
    {"large_replies_passed_on", &counters::large_replies_passed_on},
    {"large_replies_moved", &counters::large_replies_moved},
    {"large_replies_refused", &counters::large_replies_refused},
    {"lanes", &counters::lanes},
};

std::string_view word_for(backend_status status) noexcept {
    switch (status) {
        case backend_status::down:
            return "down";
        case backend_status::catching_up:
            return "catching-up";
        case backend_status::returning:
            return "returning";
        case backend_status::ready:
            break;
    }
    return "ready";
}

}  // namespace

proxy_info::proxy_info(const pool_facts& pool, const std::deque<counters>& counts,
                       std::uint16_t port)
    : pool_(pool), counts_(counts), port_(port) {}

std::vector<shared::info_section> proxy_info::info() const {
    return {{"Server", server_lines()},
            {"Clients",
             shared::info_lines().add("connected_clients", total(&counters::clients)).take()},
            {"Stats", stats_lines()},
            {"Backends", backend_lines()}};
}

std::vector<std::pair<std::string_view, std::string>> proxy_info::parameters() const {
    return {{"appendonly", "no"},
            {"databases", "1"},
            {"maxmemory", "0"},
            {"port", std::to_string(port_)},
            {"proto-max-bulk-len", std::to_string(pool_.request_limits.value)},
            {"save", ""},
            {"timeout",
             std::to_string(
                 std::chrono::ceil<std::chrono::seconds>(pool_.clients.patience.idle).count())}};
}

bool proxy_info::serves(const shared::command_spec& spec) const {
    const auto path = route_of(spec);
    return path != route::refused && (path != route::everywhere_list || pool_.allow_keys);
}

std::uint64_t proxy_info::total(shared::counter counters::* which) const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : counts_) sum += (one.*which).get();
    return sum;
}

std::string proxy_info::server_lines() const {
    const auto up =
        std::chrono::duration_cast<std::chrono::seconds>(shared::steady_now() - started_);
    shared::info_lines lines;
    lines.add("redis_version", shared::compatible_version);
    lines.add("redis_mode", "standalone");
    lines.add("ringway_version", RINGWAY_VERSION);
    lines.add("ringway_program", "ringway-proxy");
    lines.add("process_id", static_cast<std::uint64_t>(::getpid()));
    lines.add("tcp_port", port_);
    lines.add("uptime_in_seconds", static_cast<std::uint64_t>(up.count()));
    lines.add("threads", counts_.size());
    return lines.take();
}

std::string proxy_info::stats_lines() const {
    shared::info_lines lines;
    for (const auto& [name, which] : stats) lines.add(name, total(which));
    return lines.take();
}

std::string proxy_info::backend_lines() const {
    shared::info_lines lines;
    lines.add("pool", pool_.name);
    lines.add("policy", name_of(pool_.kind));
    if (pool_.shards()) lines.add("layout", name_of(pool_.layout));
    for (std::size_t i = 0; i < pool_.backends.size(); ++i) {
        const auto& one = pool_.backends[i];
        const std::size_t partner = pool_.pairs.partner_of[i];
        std::string text = "name=" + one.name + ",address=" + shared::to_text(one.where) +
                           ",status=" + std::string(word_for(pool_.board.status(i)));
        if (partner != nobody) text += ",partner=" + pool_.backends[partner].name;
        lines.add("backend" + std::to_string(i), text);
    }
    return lines.take();
}

}  // namespace proxy
