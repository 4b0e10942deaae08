// A backend without its program: store, link to the partner, and sessions that take the partner's
// call.
#pragma once

#include "backend/replication/partner_link.hpp"
#include "backend/server/ack_batch.hpp"
#include "backend/server/backend_info.hpp"
#include "backend/server/session.hpp"
#include "shared/net/listener.hpp"
#include "shared/net/session_table.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace backend::test {

using std::chrono::milliseconds;
using endpoint = boost::asio::ip::tcp::endpoint;

struct node_options {
    std::string name;
    unsigned threads = 1;
    std::size_t backlog = 64UL * 1024 * 1024;
    milliseconds timeout{2000};
    milliseconds grace{60'000};
    milliseconds max_ahead{std::chrono::hours(1)};
    std::optional<milliseconds> ack_timeout{};  // ack = "partner"
    milliseconds flush_patience{250};           // ack_timeout of FLUSHALL
    std::uint64_t max_reply = 256UL << 20;
    std::string secret{};
    node_identity identity{};
};

/// Everything of a backend that can come and go while its data stay: a restarted process that kept
/// its memory.
class node {
  public:
    node(shared::worker_pool& workers, const node_options& options, const endpoint& where)
        : workers_(workers),
          options_(options),
          where_(where),
          records_(options.backlog),
          data({.memory = 256UL << 20U, .shards = 4, .tombstones = true}, clock_, &records_),
          counts_(workers.size()),
          info_({options.name, where.port(), 1}, data, counts_, server_) {}

    /// Listens, and calls the partner at `partner`. Requires: the workers do not run in other
    /// threads yet.
    void open(const endpoint& partner) {
        link.emplace(workers_,
                     link_settings{.name = options_.name,
                                   .partner = {"127.0.0.1", partner.port()},
                                   .timeout = options_.timeout,
                                   .grace = options_.grace,
                                   .tombstones = std::chrono::hours(1),
                                   .max_ahead = options_.max_ahead,
                                   .secret = options_.secret,
                                   .identity = options_.identity},
                     data, clock_, records_);
        info_.set_partner(&*link);
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            auto& clients = clients_.emplace_back(workers_[i].events());
            flushers_.emplace_back(&records_, nullptr, clients);
            auto& topics = topics_.emplace_back(server_.channels, i);
            services_.push_back({workers_[i],
                                 clients,
                                 data,
                                 &*link,
                                 &flushers_.back(),
                                 info_,
                                 server_,
                                 topics,
                                 {},
                                 counts_[i]});
            services_.back().max_reply = options_.max_reply;
            services_.back().ack_timeout = options_.ack_timeout.value_or(options_.flush_patience);
            if (options_.ack_timeout) {
                services_.back().confirmations = &confirmations_.emplace_back(
                    workers_[i], *link, clients, *options_.ack_timeout);
            }
            auto& door = doors_.emplace_back(workers_[i], where_, [this, i, &clients](auto made) {
                clients.emplace(std::move(made), services_[i], ++ids_, "here", -1);
            });
            door.start();
        }
        link->start();
    }

    /// Gone, as far as others can see; the data stay.
    void close() {
        if (!link) return;
        link->stop();
        for (auto& door : doors_) door.stop();
        doors_.clear();
        clients_.clear();
        services_.clear();
        confirmations_.clear();
        topics_.clear();
        flushers_.clear();
        link.reset();
    }

    ~node() { close(); }

    const endpoint& where() const noexcept { return where_; }
    link_status status() const { return link->status(); }
    bool synced() const { return status().receiving == sync_state::synced && status().sending; }
    std::string not_ready() const { return info_.not_ready(); }

    /// As a client's command does it: the records leave before the reply would.
    void set(std::string_view key, std::string_view value, shared::unix_ms expires_at = 0) {
        store::entry_access(data, key, shared::unix_now()).set(value, expires_at);
        records_.flush();
    }
    void erase(std::string_view key) {
        store::entry_access(data, key, shared::unix_now()).erase();
        records_.flush();
    }
    void flush() {
        data.flush(shared::unix_now());
        records_.flush();
    }
    std::string get(std::string_view key) {
        store::entry_access access(data, key, shared::unix_now());
        return access.exists() ? std::string(access.value()) : "(none)";
    }
    shared::unix_ms expires_at(std::string_view key) {
        store::entry_access access(data, key, shared::unix_now());
        return access.exists() ? access.expires_at() : -1;
    }

  private:
    shared::worker_pool& workers_;
    node_options options_;
    endpoint where_;
    hybrid_clock clock_{0};
    outbox records_;

  public:
    store data;

  private:
    std::deque<counters> counts_;
    server_state server_;
    backend_info info_;

  public:
    std::optional<partner_link> link;

  private:
    std::deque<record_flusher> flushers_;
    std::deque<subscriptions> topics_;
    std::deque<services> services_;
    std::deque<ack_batch> confirmations_;
    std::deque<shared::session_table<session>> clients_;
    std::deque<shared::listener> doors_;
    std::atomic<std::uint64_t> ids_{0};
};

}  // namespace backend::test
