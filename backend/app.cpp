#include "backend/app.hpp"

#include "backend/persist/posix_file_system.hpp"
#include "shared/base/hex.hpp"
#include "shared/hash/hash.hpp"
#include "shared/log/log.hpp"
#include "shared/net/socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <stdexcept>

namespace backend {
namespace {

constexpr std::chrono::seconds drain_time{5};
constexpr std::uint64_t spare_descriptors = 64;  // for the partner, listeners, logs
constexpr std::chrono::milliseconds expiry_interval{100};
constexpr std::chrono::milliseconds ready_interval{10};
constexpr std::size_t expiry_step = 200;  // entries removed before clients get a turn

}  // namespace

app::app(const config& settings)
    : settings_(settings),
      workers_(settings.threads),
      clock_(static_cast<unsigned>(shared::xxh3(settings.name) & 1U)),
      records_(settings.partner ? settings.partner->backlog : 0),
      to_both_(records_, to_log_),
      data_({.memory = settings.memory,
             .shards = shards_for(settings.memory),
             .eviction = settings.eviction,
             .tombstones = settings.partner.has_value(),
             .absent_deletes = settings.log.has_value()},
            clock_, sink()),
      restorer_(data_, settings.partner.has_value()),
      counts_(workers_.size()),
      info_({settings.name, settings.listen.port, settings.max_value}, data_, counts_, server_),
      expiry_(workers_[0].context()),
      ready_check_(workers_[0].context()),
      service_(
          workers_, drain_time,
          {.begin_drain = [this] { begin_drain(); }, .drained = [this] { return drained(); }}) {
    server_.most_clients = static_cast<std::uint32_t>(
        shared::allow_descriptors(settings.max_clients, spare_descriptors));
    server_.memory_limit = [this] { return data_.memory_limit(); };
    server_.set_memory_limit = [this](std::uint64_t bytes) {
        data_.set_memory_limit(bytes, shared::unix_now());
    };
    server_.reset_statistics = [this] {
        info_.reset_statistics();
        server_.errors.clear();
    };
    server_.debug_commands = settings.debug_commands;
    server_.close_client = [this](const client_place& place) { close_client(place); };
    server_.channels.start(workers_.size(), [this](std::size_t worker) {
        boost::asio::post(workers_[worker].context(),
                          [this, worker] { topics_[worker].deliver(); });
    });
    open_log();
    open_partner_link();
    const auto limits = shared::limits_for(settings.max_line, settings.max_value);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        topics_.emplace_back(server_.channels, i);
        clients_.emplace_back(workers_[i].events());
        flushers_.emplace_back(partner_ ? &records_ : nullptr, log_.get(), clients_.back());
        services_.push_back({workers_[i], clients_[i], data_, partner_.get(),
                             partner_ || log_ ? &flushers_.back() : nullptr, info_, server_,
                             topics_[i], limits, counts_[i], log_.get()});
        services_.back().max_reply = settings.max_reply;
        if (settings.partner) services_.back().ack_timeout = settings.partner->ack_timeout;
        if (settings.partner && settings.partner->ack == ack_mode::partner) {
            services_.back().confirmations = &confirmations_.emplace_back(
                workers_[i], *partner_, clients_[i], settings.partner->ack_timeout);
        }
        chores_.emplace_back(services_.back());
    }
    open_listeners();
}

effect_sink* app::sink() {
    if (settings_.partner && settings_.log) return &to_both_;
    if (settings_.partner) return &records_;
    return settings_.log ? &to_log_ : nullptr;
}

void app::open_log() {
    if (!settings_.log) return;
    log_ = std::make_unique<durable_log>(*settings_.log, settings_.name,
                                         std::make_unique<posix_file_system>(settings_.log->dir));
    to_log_.attach(*log_);
    info_.set_log(log_.get());
    read_identity();
    server_.rewrite_log = [this] { return log_->request_rewrite(); };
}

void app::read_identity() {
    auto read = identity_file(log_->files()).open(shared::random_hex(identity_bytes));
    if (!read) {
        throw std::runtime_error("the identity of this node, in " + settings_.log->dir +
                                 ", cannot be used: " + read.error() +
                                 ". Without that file a new one is drawn, and PARTNER FORGET at "
                                 "the partner lets it in");
    }
    identity_ = std::move(*read);
}

void app::open_partner_link() {
    if (!settings_.partner) return;
    link_settings link{.name = settings_.name,
                       .partner = settings_.partner->address,
                       .timeout = settings_.partner->timeout,
                       .grace = settings_.partner->grace,
                       .tombstones = settings_.partner->tombstones,
                       .max_ahead = std::chrono::duration_cast<std::chrono::milliseconds>(
                           settings_.partner->max_clock_ahead),
                       .secret = settings_.partner->secret};
    if (log_ && identity_.lasting()) {
        link.identity = identity_;
        link.identity_place = settings_.log->dir + '/' + std::string(identity_name);
        link.keep_identity = [this](const node_identity& what) {
            return identity_file(log_->files()).keep(what);
        };
    }
    if (const auto& known = identity_.partner)
        clock_.take_side(side_by_name(settings_.name, known->name));
    if (settings_.partner->secret_exposed) {
        shared::log_warn("everybody on this machine can read " + settings_.partner->secret_file +
                         ": the partners' secret is none");
    }
    link_log_hooks hooks;
    if (log_) hooks = {.sink = &to_log_, .on_dropped = [this] { log_->rewrite_soon(); }};
    partner_ =
        std::make_unique<partner_link>(workers_, link, data_, clock_, records_, std::move(hooks));
    info_.set_partner(partner_.get());
}

void app::open_listeners() {
    try {
        const auto where = shared::claim(workers_[0].context(), settings_.listen);
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            listeners_.push_back(std::make_unique<shared::listener>(
                workers_[i], where,
                [this, i](boost::asio::ip::tcp::socket made) { accept(i, std::move(made)); }));
        }
        shared::log_info(settings_.name + " at " + shared::to_text(where));
    } catch (const boost::system::system_error& problem) {
        throw std::runtime_error("cannot listen on " + to_string(settings_.listen) + ": " +
                                 problem.code().message());
    }
}

void app::accept(std::size_t worker, boost::asio::ip::tcp::socket connection) {
    auto& counts = counts_[worker];
    counts.accepted.add();
    if (connected_.fetch_add(1, std::memory_order_relaxed) >= server_.most_clients) {
        counts.refused.add();
        connected_.fetch_sub(1, std::memory_order_relaxed);
        return shared::refuse(std::move(connection));
    }
    boost::system::error_code problem;
    const auto local = connection.local_endpoint(problem);
    const int descriptor = connection.native_handle();
    try {
        auto& client = clients_[worker].emplace(
            std::move(connection), services_[worker], next_client_.fetch_add(1),
            problem ? "?:0" : shared::to_text(local), descriptor);
        client.on_end([this, &counts, &client] {
            client.leave();
            counts.clients.subtract();
            connected_.fetch_sub(1, std::memory_order_relaxed);
        });
    } catch (...) {
        connected_.fetch_sub(1, std::memory_order_relaxed);
        throw;
    }
    counts.clients.add();
}

void app::close_client(const client_place& place) {
    boost::asio::post(workers_[place.worker].context(), [this, place] {
        if (auto* const client = clients_[place.worker].find(place.session)) client->close();
    });
}

void app::run() {
    workers_.post_to_all([this](shared::worker& owner) {
        listeners_[owner.index()]->start();
        chores_[owner.index()].start();
    });
    boost::asio::post(workers_[0].context(), [this] {
        if (log_) {
            load();
        } else {
            begin_serving();
        }
    });
    service_.run();
    if (!load_problem_.empty()) throw std::runtime_error(load_problem_);
}

/// The log is read by its own thread; clients get LOADING meanwhile.
void app::load() {
    auto& first = workers_[0].context();
    log_->start({.apply = [this](const effect& what) { restorer_.apply(what, shared::unix_now()); },
                 .scan =
                     [this] {
                         return scan_for_log(data_, partner_ ? partner_->seen() : progress(),
                                             shared::unix_now);
                     },
                 .on_loaded =
                     [this, &first] {
                         // Before the partner is let in, which compares. What a damaged log lacks
                         // may be the partner's.
                         if (partner_ && !log_->damaged()) partner_->resume(restorer_.seen());
                         boost::asio::post(first, [this] { begin_serving(); });
                     },
                 .on_failed =
                     [this, &first](const std::string& why) {
                         boost::asio::post(first, [this, why] {
                             load_problem_ = why;
                             workers_.stop();
                         });
                     }});
}

void app::begin_serving() {
    serving_ = true;
    if (partner_) partner_->start();
    expire();
    announce_when_ready();
}

/// A service that has just been started counts as up when it has what its partner has: a restart of
/// both, one after the other, loses nothing.
void app::announce_when_ready() {
    if (info_.not_ready().empty()) {
        return service_.announce_ready(settings_.name + " is serving with " +
                                       std::to_string(workers_.size()) + " worker(s)");
    }
    ready_check_.expires_after(ready_interval);
    ready_check_.async_wait([this](boost::system::error_code problem) {
        if (!problem) announce_when_ready();
    });
}

/// Removes what has expired, in steps: clients get their turn between them.
void app::expire() {
    const bool more = server_.active_expiry && data_.expire_some(shared::unix_now(), expiry_step);
    expiry_.expires_after(more ? std::chrono::milliseconds(0) : expiry_interval);
    expiry_.async_wait([this](boost::system::error_code problem) {
        if (!problem) expire();
    });
}

/// What has been answered, and what was here before, must also be at the partner: over the link
/// that is up, or over one that is still to be made, unless no process is at its port. That its
/// bytes have left is not enough: closing with an acknowledgement unread would take back what is on
/// its way.
bool app::drained() {
    if (connected_.load() != 0) return false;
    if (!partner_ || !serving_ || partner_has_all_) return true;
    if (!asked_partner_) {
        asked_partner_ = true;
        // The time for draining ends the wait, if nothing else does.
        const awaited_change everything{
            .after = 0, .until = shared::steady_time::max(), .unless_gone = true};
        partner_->after_acknowledgement(workers_[0], everything,
                                        [this](bool) { partner_has_all_ = true; });
    }
    return false;
}

void app::begin_drain() {
    workers_.post_to_all([this](shared::worker& owner) {
        listeners_[owner.index()]->stop();
        clients_[owner.index()].for_each([](session& client) { client.finish(); });
    });
}

}  // namespace backend
