#include "proxy/app.hpp"

#include "shared/log/log.hpp"
#include "shared/net/socket.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <stdexcept>

namespace proxy {
namespace {

constexpr std::chrono::milliseconds start_check{5};
constexpr std::uint64_t spare_descriptors = 32;  // for the loops, listeners and logs

std::vector<std::string> names_of(const pool_config& settings) {
    std::vector<std::string> names;
    for (const auto& one : settings.backends) names.push_back(one.name);
    return names;
}

std::size_t index_of(const pool_config& settings, std::string_view name) {
    const auto found = std::find_if(settings.backends.begin(), settings.backends.end(),
                                    [name](const backend_config& one) { return one.name == name; });
    return found == settings.backends.end()
               ? nobody
               : static_cast<std::size_t>(found - settings.backends.begin());
}

/// Either side may name the other.
topology topology_of(const pool_config& settings) {
    std::vector<std::size_t> partners(settings.backends.size(), nobody);
    for (std::size_t i = 0; i < partners.size(); ++i) {
        const std::size_t partner = index_of(settings, settings.backends[i].partner);
        if (partner == nobody) continue;
        partners[i] = partner;
        partners[partner] = i;
    }
    return topology(std::move(partners));
}

std::shared_ptr<const placement> placement_of(const pool_config& settings) {
    if (policy_kind_from(settings.policy) != policy_kind::consistent_hash) return nullptr;
    std::vector<weighted_backend> backends;
    for (const auto& one : settings.backends) backends.push_back({one.name, one.weight});
    return make_placement(*layout_kind_from(settings.layout), backends);
}

/// With ketama a hash's name means what twemproxy means by it, so that keys are where it put them.
shared::key_hash hash_of(const pool_config& settings) {
    const auto dialect = layout_kind_from(settings.layout) == layout_kind::ketama
                             ? shared::hash_dialect::twemproxy
                             : shared::hash_dialect::standard;
    const auto function = shared::hash_for(*shared::hash_kind_from(settings.hash), dialect);
    if (settings.hash_tag.empty()) return {function};
    return {function, shared::tag_marks{settings.hash_tag[0], settings.hash_tag[1]}};
}

std::vector<pool_backend> backends_of(const pool_config& settings) {
    std::vector<pool_backend> backends;
    for (const auto& one : settings.backends) {
        try {
            backends.push_back({one.name, shared::resolve(one.address), one.weight});
        } catch (const boost::system::system_error& problem) {
            throw std::runtime_error("backend " + one.name + " at " + to_string(one.address) +
                                     ": " + problem.code().message());
        }
    }
    return backends;
}

client_facts clients_of(const limits_config& limits) {
    return {.pipeline = limits.max_pipeline,
            .buffer = limits.max_client_buffer,
            .patience = {.idle = limits.idle_timeout,
                         .half_sent = limits.half_sent_timeout,
                         .slow_reader = limits.slow_reader_timeout}};
}

pool_facts facts_of(const pool_config& settings, const config& all, health_board& board) {
    return {.name = settings.name,
            .backends = backends_of(settings),
            .pairs = topology_of(settings),
            .board = board,
            .kind = *policy_kind_from(settings.policy),
            .layout = *layout_kind_from(settings.layout),
            .placement = placement_of(settings),
            .hash = hash_of(settings),
            .max_load = settings.max_load,
            .connections = settings.connections,
            .connect_timeout = settings.connect_timeout,
            .request_timeout = settings.request_timeout,
            .most_timeouts = settings.health.timeouts,
            .retries = {.share = settings.retry_share,
                        .least = static_cast<double>(settings.retry_least),
                        .most = static_cast<double>(settings.retry_most)},
            .allow_keys = settings.allow_keys,
            .most_in_flight = settings.max_in_flight,
            .most_queued = settings.max_queued,
            .large_reply = settings.large_reply,
            .most_lanes = settings.max_lanes,
            .clients = clients_of(all.limits),
            .request_limits = {.line = all.limits.max_line,
                               .value = all.limits.max_value,
                               .arguments = all.limits.max_arguments,
                               .request = all.limits.max_request},
            .reply_limits = {}};
}

}  // namespace

app::pool::pool(const pool_config& settings, const config& all, shared::worker_pool& workers,
                std::uint16_t port)
    : board(names_of(settings), settings.health.fall, settings.health.rise, settings.slow_start),
      facts(facts_of(settings, all, board)),
      counts(workers.size()),
      info(facts, counts, port) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
        dispatchers.push_back(std::make_unique<dispatcher>(workers[i], facts, counts[i]));
    }
    for (std::size_t i = 0; i < facts.backends.size(); ++i) {
        probers.push_back(std::make_unique<prober>(
            workers[0].context(), facts.backends[i].where,
            probe_schedule{settings.health.interval, settings.health.timeout, settings.health.fall},
            [this, i](probe_outcome outcome) { board.on_probe(i, outcome); }));
    }
}

app::app(const config& settings)
    : settings_(settings),
      workers_(settings.threads),
      start_timer_(workers_[0].context()),
      service_(
          workers_, settings.drain,
          {.begin_drain = [this] { begin_drain(); }, .drained = [this] { return drained(); }}) {
    for (const auto& one : settings_.pools) {
        const auto own =
            std::find_if(settings_.listeners.begin(), settings_.listeners.end(),
                         [&](const listener_config& door) { return door.pool == one.name; });
        pools_.emplace_back(one, settings_, workers_,
                            own == settings_.listeners.end() ? 0 : own->address.port);
    }
    most_clients_ = shared::allow_descriptors(settings_.max_clients, other_descriptors());
    for (const auto& one : settings_.listeners) open_listeners(one, pool_named(one.pool));
}

/// All that are not clients: each worker's connections to each backend, the probes, and a few more.
std::uint64_t app::other_descriptors() const {
    std::uint64_t others = spare_descriptors + 8 * workers_.size();
    for (const auto& one : pools_) {
        others += one.facts.backends.size() *
                  ((one.facts.connections + one.facts.most_lanes) * workers_.size() + 1);
    }
    return others;
}

void app::open_listeners(const listener_config& one, pool& target) {
    try {
        const auto where = shared::claim(workers_[0].context(), one.address);
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            auto& owner = workers_[i];
            auto& dispatch = *target.dispatchers[i];
            listeners_.push_back(std::make_unique<shared::listener>(
                owner, where,
                [this, &dispatch, &owner, &info = target.info](boost::asio::ip::tcp::socket made) {
                    accept(dispatch, owner, info, std::move(made));
                }));
        }
        shared::log_info("pool " + one.pool + " at " + shared::to_text(where));
    } catch (const boost::system::system_error& problem) {
        throw std::runtime_error("cannot listen on " + to_string(one.address) + ": " +
                                 problem.code().message());
    }
}

void app::accept(dispatcher& target, shared::worker& owner, const proxy_info& info,
                 boost::asio::ip::tcp::socket connection) {
    auto& counts = target.counts();
    counts.accepted.add();
    if (clients_.fetch_add(1, std::memory_order_relaxed) >= most_clients_) {
        clients_.fetch_sub(1, std::memory_order_relaxed);
        counts.rejected.add();
        return shared::refuse(std::move(connection));
    }
    try {
        auto& client = target.clients().emplace(owner, std::move(connection), target, info,
                                                next_client_.fetch_add(1));
        client.on_end([this, &counts] {
            counts.clients.subtract();
            clients_.fetch_sub(1, std::memory_order_relaxed);
        });
    } catch (...) {
        clients_.fetch_sub(1, std::memory_order_relaxed);
        throw;
    }
    counts.clients.add();
}

app::pool& app::pool_named(std::string_view name) {
    return *std::find_if(pools_.begin(), pools_.end(),
                         [name](const pool& one) { return one.facts.name == name; });
}

void app::run() {
    boost::asio::post(workers_[0].context(), [this] { probe_all(); });
    service_.run();
}

void app::probe_all() {
    for (auto& one : pools_) {
        for (auto& each : one.probers) each->start();
    }
    serve_when_known();
}

/// Clients are let in when every backend has been asked once: before, it is not known who can serve
/// them.
void app::serve_when_known() {
    if (!std::all_of(pools_.begin(), pools_.end(),
                     [](const pool& one) { return one.board.all_known(); })) {
        start_timer_.expires_after(start_check);
        start_timer_.async_wait([this](boost::system::error_code problem) {
            if (!problem) serve_when_known();
        });
        return;
    }
    workers_.post_to_all([this](shared::worker& owner) {
        for (auto& one : pools_) one.dispatchers[owner.index()]->start();
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            if (i % workers_.size() == owner.index()) listeners_[i]->start();
        }
    });
    service_.announce_ready("serving " + std::to_string(pools_.size()) + " pool(s) with " +
                            std::to_string(workers_.size()) + " worker(s)");
}

void app::begin_drain() {
    workers_.post_to_all([this](shared::worker& owner) {
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            if (i % workers_.size() == owner.index()) listeners_[i]->stop();
        }
        for (auto& one : pools_) {
            one.dispatchers[owner.index()]->clients().for_each(
                [](session& client) { client.finish(); });
        }
    });
}

bool app::drained() const {
    return clients_.load() == 0;
}

}  // namespace proxy
