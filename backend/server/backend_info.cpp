#include "backend/server/backend_info.hpp"

#include "backend/server/live_config.hpp"
#include "backend/server/partner_status.hpp"
#include "backend/server/process_info.hpp"
#include "backend/server/server_commands.hpp"
#include "shared/command/info_lines.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace backend {

using shared::info_lines;

namespace {

std::uint64_t as_number(bool truth) noexcept {
    return truth ? 1 : 0;
}

std::string log_lines(const log_status& log) {
    info_lines lines;
    lines.add("aof_enabled", std::uint64_t{1})
        .add("aof_rewrite_in_progress", as_number(log.rewriting))
        .add("aof_rewrite_scheduled", as_number(log.rewrite_requested))
        .add("aof_last_bgrewrite_status", log.rewrite_failed ? "err" : "ok")
        .add("aof_last_write_status", log.sound || log.loading ? "ok" : "err")
        .add("aof_current_size", log.size)
        .add("aof_base_size", log.base_size)
        .add("aof_pending_rewrite", as_number(log.rewrite_requested))
        .add("aof_buffer_length", log.queued)
        .add("aof_pending_bio_fsync", as_number(log.sync_pending));
    if (!log.loading) return lines.take();
    const auto percent = log.total_bytes == 0 ? 0 : log.loaded_bytes * 100 / log.total_bytes;
    return lines.add("loading_start_time", static_cast<std::uint64_t>(log.loading_since))
        .add("loading_total_bytes", log.total_bytes)
        .add("loading_loaded_bytes", log.loaded_bytes)
        .add("loading_loaded_perc", percent)
        .take();
}

}  // namespace

backend_info::backend_info(backend_identity self, const store& data,
                           const std::deque<counters>& counts, const server_state& server)
    : self_(std::move(self)),
      data_(data),
      counts_(counts),
      server_(server),
      run_id_(make_run_id()) {}

std::vector<shared::info_section> backend_info::info() const {
    const auto since = since_reset();
    const auto now = data_.stats();
    const std::string keyspace = "keys=" + std::to_string(now.keys) +
                                 ",expires=" + std::to_string(now.keys_with_expiry) + ",avg_ttl=0";
    return {{"Server", server_lines()},
            {"Clients", client_lines()},
            {"Memory", memory_lines(now)},
            {"Persistence", persistence_lines()},
            {"Stats", stats_lines(since)},
            {"Replication", replication_lines()},
            {"CPU", cpu_lines()},
            {"Modules", ""},
            {.title = "Commandstats", .lines = command_lines(since.commands), .by_default = false},
            {"Errorstats", server_.errors.lines()},
            {"Cluster", info_lines().add("cluster_enabled", std::uint64_t{0}).take()},
            {"Keyspace", now.keys == 0 ? "" : info_lines().add("db0", keyspace).take()}};
}

std::vector<std::pair<std::string_view, std::string>> backend_info::parameters() const {
    auto all = live_parameters(server_);
    const parameter_list fixed{{"appendonly", log_ != nullptr ? "yes" : "no"},
                               {"databases", "1"},
                               {"enable-debug-command", server_.debug_commands ? "yes" : "no"},
                               {"io-threads", std::to_string(counts_.size())},
                               {"maxmemory-policy", policy_name()},
                               {"notify-keyspace-events", ""},
                               {"port", std::to_string(self_.port)},
                               {"proto-max-bulk-len", std::to_string(self_.max_value)},
                               {"requirepass", ""},
                               {"save", ""},
                               {"tcp-keepalive", "300"}};
    all.insert(all.end(), fixed.begin(), fixed.end());
    if (log_ != nullptr) {
        const auto& log = log_->settings();
        all.emplace_back("appendfsync", fsync_policy_names[static_cast<std::size_t>(log.fsync)]);
        all.emplace_back("auto-aof-rewrite-percentage", std::to_string(log.rewrite_growth));
        all.emplace_back("auto-aof-rewrite-min-size", std::to_string(log.rewrite_from));
        all.emplace_back("dir", log.dir);
    }
    std::sort(all.begin(), all.end());
    return all;
}

/// As Redis names policies that may evict any key: `allkeys-lru` is its own, the others are ours.
std::string backend_info::policy_name() const {
    return "allkeys-" + std::string(data_.eviction_name());
}

bool backend_info::serves(const shared::command_spec& spec) const {
    return backend::serves(spec);
}

std::string backend_info::not_ready() const {
    if (log_ != nullptr && log_->admits() == durable_log::gate::loading) return log_->refusal();
    if (partner_ == nullptr || partner_->status().ready) return {};
    return "LOADING " + self_.name + " is catching up with its partner";
}

void backend_info::reset_statistics() {
    auto now = count();
    const std::lock_guard held(mutex_);
    at_reset_ = std::move(now);
}

std::uint64_t backend_info::total(shared::counter counters::* which) const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : counts_) sum += (one.*which).get();
    return sum;
}

statistics backend_info::count() const {
    statistics sums{.accepted = total(&counters::accepted),
                    .refused = total(&counters::refused),
                    .requests = total(&counters::requests),
                    .slow_subscribers = total(&counters::slow_subscribers),
                    .data = data_.stats()};
    for (const auto& worker : counts_) {
        for (std::size_t i = 0; i < command_count; ++i)
            sums.commands[i] += worker.commands.all()[i];
    }
    return sums;
}

statistics backend_info::since_reset() const {
    auto sums = count();
    const std::lock_guard held(mutex_);
    sums.accepted -= at_reset_.accepted;
    sums.refused -= at_reset_.refused;
    sums.requests -= at_reset_.requests;
    sums.slow_subscribers -= at_reset_.slow_subscribers;
    sums.data.expired -= at_reset_.data.expired;
    sums.data.evicted -= at_reset_.data.evicted;
    sums.data.hits -= at_reset_.data.hits;
    sums.data.misses -= at_reset_.data.misses;
    for (std::size_t i = 0; i < command_count; ++i) sums.commands[i] -= at_reset_.commands[i];
    return sums;
}

std::string backend_info::server_lines() const {
    const auto up = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(shared::steady_now() - started_).count());
    return info_lines()
        .add("redis_version", shared::compatible_version)
        .add("redis_mode", "standalone")
        .add("ringway_version", RINGWAY_VERSION)
        .add("ringway_program", "ringway-backend")
        .add("ringway_name", self_.name)
        .add("os", operating_system())
        .add("arch_bits", std::uint64_t{8 * sizeof(void*)})
        .add("multiplexing_api", "epoll")
        .add("process_id", static_cast<std::uint64_t>(::getpid()))
        .add("run_id", run_id_)
        .add("tcp_port", self_.port)
        .add("server_time_usec", static_cast<std::uint64_t>(shared::unix_now_us()))
        .add("uptime_in_seconds", up)
        .add("uptime_in_days", up / 86'400)
        .add("threads", counts_.size())
        .take();
}

std::string backend_info::client_lines() const {
    std::uint64_t subscribed = 0;
    server_.clients.for_each(
        [&subscribed](const client_record& one) { subscribed += one.subscribed() ? 1 : 0; });
    return info_lines()
        .add("connected_clients", total(&counters::clients))
        .add("cluster_connections", std::uint64_t{0})
        .add("maxclients", std::uint64_t{server_.most_clients})
        .add("blocked_clients", std::uint64_t{0})
        .add("tracking_clients", std::uint64_t{0})
        .add("pubsub_clients", subscribed)
        .take();
}

std::string backend_info::memory_lines(const store_stats& stats) const {
    const auto limit = data_.memory_limit();
    const auto resident = resident_bytes();
    const auto system = memory_of_system();
    return info_lines()
        .add("used_memory", stats.used_memory)
        .add("used_memory_human", for_people(stats.used_memory))
        .add("used_memory_dataset", stats.data_bytes)
        .add("used_memory_rss", resident)
        .add("used_memory_rss_human", for_people(resident))
        .add("total_system_memory", system)
        .add("total_system_memory_human", for_people(system))
        .add("maxmemory", limit)
        .add("maxmemory_human", for_people(limit))
        .add("maxmemory_policy", policy_name())
        .add("tombstones", stats.tombstones)
        .take();
}

std::string backend_info::persistence_lines() const {
    constexpr std::uint64_t none = 0;
    info_lines lines;
    lines.add("loading", std::uint64_t{not_ready().empty() ? 0U : 1U})
        .add("async_loading", none)
        .add("rdb_changes_since_last_save", none)
        .add("rdb_bgsave_in_progress", none)
        .add("rdb_last_save_time", static_cast<std::uint64_t>(started_at_ / 1000))
        .add("rdb_last_bgsave_status", "ok");
    if (log_ != nullptr) return lines.take() + log_lines(log_->status());
    return lines.add("aof_enabled", none)
        .add("aof_rewrite_in_progress", none)
        .add("aof_rewrite_scheduled", none)
        .add("aof_last_bgrewrite_status", "ok")
        .add("aof_last_write_status", "ok")
        .take();
}

std::string backend_info::stats_lines(const statistics& since) const {
    return info_lines()
        .add("total_connections_received", since.accepted)
        .add("total_commands_processed", since.requests)
        .add("rejected_connections", since.refused)
        .add("expired_keys", since.data.expired)
        .add("evicted_keys", since.data.evicted)
        .add("keyspace_hits", since.data.hits)
        .add("keyspace_misses", since.data.misses)
        .add("pubsub_channels", server_.channels.channel_count())
        .add("pubsub_patterns", server_.channels.pattern_count())
        .add("total_error_replies", server_.errors.total())
        .add("slow_subscribers_closed", since.slow_subscribers)
        .take();
}

std::string backend_info::replication_lines() const {
    info_lines lines;
    lines.add("role", "master")
        .add("connected_slaves", std::uint64_t{0})
        .add("master_repl_offset", std::uint64_t{0});
    if (partner_ == nullptr) return lines.add("partner", "none").take();
    lines.add("partner", to_string(partner_->partner()));
    return lines.take() + partner_lines(partner_->status(), data_.stats().tombstones, "partner_");
}

}  // namespace backend
