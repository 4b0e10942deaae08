#include "backend/server/backend_info.hpp"

#include "backend/server/server_commands.hpp"
#include "shared/command/info_lines.hpp"

#include <unistd.h>

#include <chrono>

namespace backend {
namespace {

using shared::info_lines;

std::string_view word_for(sync_state state) noexcept {
    switch (state) {
        case sync_state::waiting:
            return "waiting";
        case sync_state::catching_up:
            return "catching-up";
        case sync_state::synced:
            break;
    }
    return "synced";
}

}  // namespace

backend_info::backend_info(backend_identity self, const store& data,
                           const std::deque<counters>& counts)
    : self_(std::move(self)), data_(data), counts_(counts) {}

std::vector<shared::info_section> backend_info::info() const {
    const auto stats = data_.stats();
    const std::string keyspace = "keys=" + std::to_string(stats.keys) +
                                 ",expires=" + std::to_string(stats.keys_with_expiry) +
                                 ",avg_ttl=0";
    return {{"Server", server_lines()},
            {"Clients", info_lines().add("connected_clients", total(&counters::clients)).take()},
            {"Memory", memory_lines(stats)},
            {"Stats", stats_lines(stats)},
            {"Replication", replication_lines()},
            {"Keyspace", stats.keys == 0 ? "" : info_lines().add("db0", keyspace).take()}};
}

std::vector<std::pair<std::string_view, std::string>> backend_info::parameters() const {
    return {{"appendonly", "no"},
            {"databases", "1"},
            {"maxmemory", std::to_string(data_.memory_limit())},
            {"maxmemory-policy", "allkeys-lru"},
            {"port", std::to_string(self_.port)},
            {"proto-max-bulk-len", std::to_string(self_.max_value)},
            {"save", ""},
            {"timeout", "0"}};
}

bool backend_info::serves(const shared::command_spec& spec) const {
    return backend::serves(spec);
}

std::string backend_info::not_ready() const {
    if (partner_ == nullptr || partner_->status().ready) return {};
    return "LOADING " + self_.name + " is catching up with its partner";
}

std::uint64_t backend_info::total(shared::counter counters::* which) const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : counts_) sum += (one.*which).get();
    return sum;
}

std::string backend_info::server_lines() const {
    const auto up =
        std::chrono::duration_cast<std::chrono::seconds>(shared::steady_now() - started_);
    return info_lines()
        .add("redis_version", shared::compatible_version)
        .add("redis_mode", "standalone")
        .add("ringway_version", RINGWAY_VERSION)
        .add("ringway_program", "ringway-backend")
        .add("ringway_name", self_.name)
        .add("process_id", static_cast<std::uint64_t>(::getpid()))
        .add("tcp_port", self_.port)
        .add("uptime_in_seconds", static_cast<std::uint64_t>(up.count()))
        .add("threads", counts_.size())
        .take();
}

std::string backend_info::memory_lines(const store_stats& stats) const {
    return info_lines()
        .add("used_memory", stats.used_memory)
        .add("maxmemory", data_.memory_limit())
        .add("maxmemory_policy", "allkeys-lru")
        .add("tombstones", stats.tombstones)
        .take();
}

std::string backend_info::stats_lines(const store_stats& stats) const {
    return info_lines()
        .add("total_connections_received", total(&counters::accepted))
        .add("total_commands_processed", total(&counters::requests))
        .add("expired_keys", stats.expired)
        .add("evicted_keys", stats.evicted)
        .add("keyspace_hits", stats.hits)
        .add("keyspace_misses", stats.misses)
        .take();
}

std::string backend_info::replication_lines() const {
    info_lines lines;
    lines.add("role", "master").add("connected_slaves", std::uint64_t{0});
    if (partner_ == nullptr) return lines.add("partner", "none").take();
    const auto status = partner_->status();
    return lines.add("partner", to_string(partner_->partner()))
        .add("partner_ready", status.ready ? "yes" : "no")
        .add("partner_receiving", word_for(status.receiving))
        .add("partner_sending", status.sending ? "up" : "down")
        .add("partner_unsent_bytes", status.unsent_bytes)
        .add("partner_records_sent", status.records_sent)
        .add("partner_lag_us", static_cast<std::uint64_t>(status.lag.count()))
        .take();
}

}  // namespace backend
