#include "proxy/frontend/dispatcher.hpp"

#include "shared/resp/encoder.hpp"

#include <algorithm>

namespace proxy {
namespace {

constexpr std::chrono::milliseconds tick_interval{10};
constexpr std::string_view busy_text = "BUSY too much is waiting for this backend already";

std::unique_ptr<policy> make_policy_of(const pool_facts& pool) {
    return make_policy(pool.kind, pool.placement, pool.backends.size());
}

gather_kind kind_of(route path) noexcept {
    switch (path) {
        case route::split_values:
            return gather_kind::values;
        case route::split_sum:
        case route::everywhere_sum:
            return gather_kind::sum;
        default:
            return gather_kind::all_ok;
    }
}

}  // namespace

/// What one backend gets of a request that is split: the command's name and some of its words.
struct dispatcher::part {
    target where;
    std::vector<std::string_view> words;
    std::vector<std::size_t> keys;  // which of the request's keys these are
};

dispatcher::dispatcher(shared::worker& owner, const pool_facts& pool, counters& counts)
    : pool_(pool),
      counts_(counts),
      router_(make_policy_of(pool), pool.hash, pool.pairs, pool.max_load),
      statuses_(pool.backends.size(), backend_status::down),
      candidates_(pool.backends.size()),
      ticker_(owner.context()),
      clients_(owner.events()) {
    for (std::size_t i = 0; i < pool.backends.size(); ++i) {
        const connection_settings settings{i, pool.backends[i].where, pool.connect_timeout,
                                           pool.request_timeout, pool.reply_limits};
        auto& link = links_.emplace_back();
        for (unsigned n = 0; n < pool.connections; ++n) {
            link.push_back(std::make_unique<connection>(owner, settings, *this));
        }
    }
}

dispatcher::~dispatcher() = default;

void dispatcher::start() {
    tick();
}

void dispatcher::tick() {
    now_ = shared::steady_now();
    refresh_statuses();
    for (std::size_t i = 0; i < links_.size(); ++i) {
        for (auto& one : links_[i]) {
            if (statuses_[i] == backend_status::down) {
                one->drop();
            } else {
                one->ensure_connected(now_);
            }
            one->tick(now_);
        }
    }
    ticker_.expires_at(now_ + tick_interval);
    ticker_.async_wait([this](boost::system::error_code problem) {
        if (!problem) tick();
    });
}

void dispatcher::refresh_statuses() {
    const auto changes = pool_.board.changes();
    if (changes == changes_seen_) return;
    changes_seen_ = changes;
    for (std::size_t i = 0; i < statuses_.size(); ++i) statuses_[i] = pool_.board.status(i);
}

std::span<const candidate> dispatcher::candidates() {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        std::size_t in_flight = 0;
        for (const auto& one : links_[i]) in_flight += one->in_flight();
        candidates_[i] = {statuses_[i] == backend_status::ready,
                          static_cast<std::uint32_t>(in_flight), pool_.backends[i].weight};
    }
    return candidates_;
}

/// Only reads may go where the data is copied to.
std::span<const candidate> dispatcher::loads_for(const shared::command_spec& spec) {
    if (!router_.bounds_load() || !spec.has(shared::reads)) return {};
    return candidates();
}

target dispatcher::route_of_read(std::string_view key) {
    refresh_statuses();
    return router_.by_key(key, statuses_, candidates());
}

connection& dispatcher::connection_to(std::size_t backend, shared::session_id client) {
    // A client's requests to a backend share a connection, so that they stay in order.
    auto& link = links_[backend];
    return *link[client.place % link.size()];
}

void dispatcher::dispatch(session& client, std::uint64_t request, const shared::command_spec& spec,
                          route path, std::span<const std::string_view> words) {
    refresh_statuses();
    const ticket whose{.client = client.id(),
                       .request = request,
                       .idempotent = is_idempotent(spec, words),
                       .resp3 = client.speaks_resp3()};
    if (path == route::refused) {
        return send_error(
            whose, "ERR '" + std::string(spec.name) + "' is not supported through the proxy");
    }
    if (!router_.shards()) {
        if (spec.has(shared::reads))
            return send(whose, router_.for_read(candidates(), statuses_), words);
        return spread(client, whose, gather_kind::copies, router_.one_of_each_pair(statuses_),
                      words);
    }
    if (path == route::to_key) return to_one(whose, spec, words);
    if (goes_everywhere(path)) {
        return spread(client, whose, kind_of(path), router_.one_of_each_pair(statuses_), words);
    }
    split(client, whose, spec, kind_of(path), words);
}

void dispatcher::to_one(const ticket& whose, const shared::command_spec& spec,
                        std::span<const std::string_view> words) {
    const auto key = words[static_cast<std::size_t>(spec.first_key)];
    send(whose, router_.by_key(key, statuses_, loads_for(spec)), words);
}

void dispatcher::split(session& client, ticket whose, const shared::command_spec& spec,
                       gather_kind kind, std::span<const std::string_view> words) {
    const auto step = static_cast<std::size_t>(spec.step);
    if ((words.size() - 1) % step != 0)
        return send_error(whose, shared::wrong_arity_error(spec.name));
    const auto parts = parts_of(spec, words);
    if (parts.size() == 1) return send(whose, parts.front().where, parts.front().words);
    whose.gathered = true;
    auto& gathered = client.open_gather(whose.request, kind, parts.size());
    if (kind == gather_kind::values) {
        std::vector<std::uint16_t> part_of_key(words.size() - 1);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            for (const auto key : parts[i].keys) part_of_key[key] = static_cast<std::uint16_t>(i);
        }
        for (const auto index : part_of_key) gathered.add_key(index);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        whose.part = static_cast<std::uint16_t>(i);
        send(whose, parts[i].where, parts[i].words);
    }
}

std::vector<dispatcher::part> dispatcher::parts_of(const shared::command_spec& spec,
                                                   std::span<const std::string_view> words) {
    std::vector<part> parts;
    const auto step = static_cast<std::size_t>(spec.step);
    const auto loads = loads_for(spec);
    for (std::size_t at = 1; at < words.size(); at += step) {
        const auto where = router_.by_key(words[at], statuses_, loads);
        auto mine = std::find_if(parts.begin(), parts.end(),
                                 [&](const part& one) { return one.where.server == where.server; });
        if (mine == parts.end()) mine = parts.insert(parts.end(), part{where, {words[0]}, {}});
        const auto argument = words.subspan(at, step);
        mine->words.insert(mine->words.end(), argument.begin(), argument.end());
        mine->keys.push_back((at - 1) / step);
    }
    return parts;
}

void dispatcher::spread(session& client, ticket whose, gather_kind kind,
                        std::span<const target> targets, std::span<const std::string_view> words) {
    if (targets.size() == 1) return send(whose, targets.front(), words);
    whose.gathered = true;
    client.open_gather(whose.request, kind, targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        whose.part = static_cast<std::uint16_t>(i);
        send(whose, targets[i], words);
    }
}

void dispatcher::send(ticket whose, const target& where, std::span<const std::string_view> words) {
    if (where.server == nobody)
        return send_error(whose, unavailable_text(pool_.backends[where.home].name));
    auto& link = connection_to(where.server, whose.client);
    if (!link.has_room()) return send_error(whose, busy_text);
    if (where.server != where.home)
        (where.relieved ? counts_.relieved : counts_.served_by_partner).add();
    whose.sent_to = static_cast<std::uint16_t>(where.server);
    ++whose.attempts;
    shared::append_request(link.begin(), words);
    link.commit(whose, now_);
}

void dispatcher::send_error(const ticket& whose, std::string_view text) {
    if (text.starts_with("UNAVAILABLE")) counts_.unavailable.add();
    if (text.starts_with("TIMEOUT")) counts_.timed_out.add();
    std::string reply;
    shared::append_error(reply, text);
    on_reply(whose, reply);
}

void dispatcher::on_reply(const ticket& whose, std::string_view reply) {
    auto* client = clients_.find(whose.client);
    if (client == nullptr) return;
    if (whose.gathered) return client->deliver_part(whose.request, whose.part, reply, whose.resp3);
    if (!whose.resp3) return client->deliver(whose.request, reply);
    translated_.clear();
    append_reply(translated_, reply, shared::protocol::resp3);
    client->deliver(whose.request, translated_);
}

void dispatcher::on_failure(const ticket& whose, std::string_view request, failure what) {
    if (clients_.find(whose.client) == nullptr) return;
    const std::size_t next =
        may_retry(what, whose.idempotent, whose.attempts) ? retry_target(whose.sent_to) : nobody;
    if (next == nobody) {
        const auto& failed = pool_.backends[whose.sent_to].name;
        return send_error(whose,
                          failure_text(what, whose.idempotent, failed, pool_.request_timeout));
    }
    auto& link = connection_to(next, whose.client);
    if (!link.has_room()) return send_error(whose, busy_text);
    counts_.retried.add();
    ticket again = whose;
    again.sent_to = static_cast<std::uint16_t>(next);
    ++again.attempts;
    link.begin().append(request);
    link.commit(again, now_);
}

/// Who else can answer: the partner, in a pool that does not shard anybody who is ready, or the
/// same backend over a new connection.
std::size_t dispatcher::retry_target(std::size_t failed) {
    const std::size_t partner = router_.partner_of(failed);
    if (partner != nobody && statuses_[partner] != backend_status::down) return partner;
    if (!router_.shards()) {
        const auto ready = std::find(statuses_.begin(), statuses_.end(), backend_status::ready);
        if (ready != statuses_.end()) return static_cast<std::size_t>(ready - statuses_.begin());
    }
    return statuses_[failed] != backend_status::down ? failed : nobody;
}

void dispatcher::on_unreachable(std::size_t backend) {
    pool_.board.on_refused(backend);
    refresh_statuses();
}

}  // namespace proxy
