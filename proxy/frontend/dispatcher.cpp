#include "proxy/frontend/dispatcher.hpp"

#include "shared/resp/encoder.hpp"

#include <algorithm>
#include <utility>

namespace proxy {
namespace {

constexpr std::size_t kept_scratch = 1024 * 1024;  // bytes
constexpr std::chrono::seconds longest_round{1};   // in which every client is looked at

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
        case route::everywhere_same:
            return gather_kind::copies;
        case route::everywhere_any:
            return gather_kind::any;
        case route::everywhere_list:
            return gather_kind::list;
        default:
            return gather_kind::all_ok;
    }
}

}  // namespace

dispatcher::dispatcher(shared::worker& owner, const pool_facts& pool, counters& counts)
    : owner_(owner),
      pool_(pool),
      counts_(counts),
      router_(make_policy_of(pool), pool.hash, pool.pairs, pool.max_load),
      statuses_(pool.backends.size(), backend_status::down),
      candidates_(pool.backends.size()),
      ticker_(owner.context()),
      reply_memory_{owner.buffers(), {}},
      random_(std::random_device()()),
      last_tick_(shared::steady_now()),
      now_(last_tick_),
      retries_(pool.retries, now_),
      clients_(owner.events()) {
    for (std::size_t i = 0; i < pool.backends.size(); ++i) {
        const connection_settings each{i,
                                       pool.backends[i].where,
                                       pool.connect_timeout,
                                       pool.request_timeout,
                                       pool.reply_limits,
                                       pool.large_reply,
                                       pool.most_timeouts};
        links_.push_back(std::make_unique<link>(
            owner, link_settings{each, pool.connections, pool.most_lanes}, *this));
    }
}

dispatcher::~dispatcher() {
    owner_.events().bury_now();  // sessions that hold lanes
}

void dispatcher::start() {
    tick();
}

void dispatcher::tick() {
    advance_clock();
    pool_.board.advance(last_tick_);
    refresh_statuses();
    std::uint64_t lanes = 0;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        links_[i]->tick(now_, statuses_[i] != backend_status::down);
        lanes += links_[i]->lanes_lent();
    }
    counts_.lanes.set(lanes);
    for (auto* room : {&scratch_, &translated_}) {
        if (room->capacity() > kept_scratch) std::string().swap(*room);
    }
    check_clients();
    ticker_.expires_at(last_tick_ + tick_interval);
    ticker_.async_wait([this](boost::system::error_code problem) {
        if (!problem) tick();
    });
}

/// Deadlines are coarse: all are reckoned from the last tick. Time in which this worker stood still
/// (suspended, or without a core) does not count: replies that came meanwhile are still unread.
void dispatcher::advance_clock() {
    const auto before = std::exchange(last_tick_, shared::steady_now());
    now_ += std::min<shared::steady_time::duration>(last_tick_ - before, most_between_ticks);
}

/// Looks at some of the clients, so that all have been looked at in a fortieth of the shortest
/// time that one of them may have.
void dispatcher::check_clients() {
    const auto& patience = pool_.clients.patience;
    std::chrono::microseconds round = longest_round;
    for (const auto limit : {patience.idle, patience.half_sent, patience.slow_reader}) {
        if (limit.count() != 0) round = std::min(round, limit / 40);
    }
    const auto ticks = static_cast<std::size_t>(std::max(round / tick_interval, 1L));
    clients_.visit_next(clients_.places() / ticks + 1, [&](session& one) {
        switch (one.check(now_, patience)) {
            case shared::client_verdict::idle:
                return counts_.closed_idle.add();
            case shared::client_verdict::half_sent:
                return counts_.closed_half_sent.add();
            case shared::client_verdict::slow_reader:
                return counts_.closed_slow_readers.add();
            case shared::client_verdict::fine:
                break;
        }
    });
}

void dispatcher::refresh_statuses() {
    const auto changes = pool_.board.changes();
    if (changes == changes_seen_) return;
    changes_seen_ = changes;
    for (std::size_t i = 0; i < statuses_.size(); ++i) {
        const auto before = std::exchange(statuses_[i], pool_.board.status(i));
        if (before == backend_status::down && statuses_[i] != before) links_[i]->on_return();
        router_.set_share(i, pool_.board.share(i));
    }
}

std::span<const candidate> dispatcher::candidates() {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        candidates_[i] = {statuses_[i] == backend_status::ready,
                          static_cast<std::uint32_t>(links_[i]->in_flight()),
                          pool_.backends[i].weight};
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

void dispatcher::dispatch(session& client, std::uint64_t request, const shared::command_spec& spec,
                          route path, std::span<const std::string_view> words) {
    refresh_statuses();
    const bool resp3 = client.speaks_resp3();
    const ticket whose{.client = client.id(),
                       .request = request,
                       .idempotent = is_idempotent(spec, words),
                       .resp3 = resp3,
                       .repeatable = spec.has(shared::reads) && !spec.has(shared::varies),
                       .types = types_of(spec),
                       .shape = resp3 ? shared::shape_of(spec, words) : shared::reply_shape::as_is};
    if (const auto reason = refusal(spec, path, words); !reason.empty())
        return send_error(whose, reason);
    if (path == route::walk) return walk(client, whose, words);
    if (!router_.shards()) {
        if (spec.has(shared::reads))
            return send(client, whose, router_.for_read(candidates(), statuses_), words);
        return spread(client, whose, gather_kind::copies, router_.one_of_each_pair(statuses_),
                      words);
    }
    if (path == route::to_key) {
        const auto key = words[static_cast<std::size_t>(spec.first_key)];
        return send(client, whose, router_.by_key(key, statuses_, loads_for(spec)), words);
    }
    if (path == route::to_keys) return to_keys(client, whose, spec, words);
    if (goes_everywhere(path)) {
        return spread(client, whose, kind_of(path), router_.one_of_each_pair(statuses_), words);
    }
    split(client, whose, spec, kind_of(path), words);
}

/// Why this pool does not serve the request, whatever the homes of its keys; empty: it may.
std::string dispatcher::refusal(const shared::command_spec& spec, route path,
                                std::span<const std::string_view> words) const {
    if (path == route::refused) return refusal_text(spec);
    if (path == route::everywhere_list && !pool_.allow_keys) return keys_off_text(spec);
    if (spec.has(shared::varies) && !router_.shards() && pool_.pairs.pairs.size() > 1)
        return varies_text(spec);
    if (path != route::to_keys) return {};
    const auto outcome = shared::find_keys(spec, words).outcome;
    return outcome == shared::key_search::found ? std::string() : unroutable_text(spec, outcome);
}

void dispatcher::to_keys(session& client, const ticket& whose, const shared::command_spec& spec,
                         std::span<const std::string_view> words) {
    target where{nobody, nobody};
    bool together = true;
    shared::find_keys(spec, words).for_each(words, [&](std::string_view key) {
        const auto one = router_.by_key(key, statuses_);
        together = together && (where.home == nobody || where.home == one.home);
        // While a home takes its keys back its partner has what any of them needs.
        if (where.server == where.home) where = one;
    });
    if (!together) return send_error(whose, apart_text(spec));
    send(client, whose, where, words);
}

void dispatcher::walk(session& client, ticket whose, std::span<const std::string_view> words) {
    const auto cursor = parse_cursor(words[1]);
    if (!cursor) return send_error(whose, "ERR invalid cursor");
    const std::size_t backends = statuses_.size();
    const auto step = router_.scan(split_cursor(*cursor, backends), statuses_);
    whose.gathered = true;
    whose.pinned = true;
    client.open_gather(whose.request, gather_kind::scan, 1)
        .continue_scan({step.where.server, backends, step.next});
    std::vector<std::string_view> theirs(words.begin(), words.end());
    const auto number = std::to_string(step.cursor);
    theirs[1] = number;
    send(client, whose, step.where, theirs);
}

void dispatcher::split(session& client, ticket whose, const shared::command_spec& spec,
                       gather_kind kind, std::span<const std::string_view> words) {
    const auto step = static_cast<std::size_t>(spec.step);
    if ((words.size() - 1) % step != 0)
        return send_error(whose, shared::wrong_arity_error(spec.name));
    split_.cut(words, step, router_, statuses_, loads_for(spec));
    const auto parts = split_.parts();
    const bool has_values = kind == gather_kind::values;
    if (has_values) whose.values = static_cast<std::uint32_t>(words.size() - 1);
    if (parts.size() == 1) return send(client, whose, parts.front().where, words);
    whose.gathered = true;
    auto& gathered = client.open_gather(whose.request, kind, parts.size());
    if (has_values) gathered.set_keys(split_.part_of_key());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        whose.part = static_cast<std::uint16_t>(i);
        if (has_values) whose.values = static_cast<std::uint32_t>(parts[i].keys);
        send(client, whose, parts[i].where, split_.words_of(i));
    }
}

/// Either all that serve it get it or, if one of them has no room, none: what is refused was not
/// applied.
void dispatcher::spread(session& client, ticket whose, gather_kind kind,
                        std::vector<target> targets, std::span<const std::string_view> words) {
    if (targets.size() == 1) return send(client, whose, targets.front(), words);
    if (kind == gather_kind::any) std::shuffle(targets.begin(), targets.end(), random_);
    std::vector<connection*> ways(targets.size());  // null: nobody serves that part
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (targets[i].server == nobody) continue;
        auto& backend = *links_[targets[i].server];
        ways[i] = &client.way_to(backend, whose.request);
        if (!has_room(backend, *ways[i])) return send_error(whose, busy_text);
    }
    whose.gathered = true;
    client.open_gather(whose.request, kind, targets.size(), whose.shape);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        whose.part = static_cast<std::uint16_t>(i);
        if (ways[i] != nullptr) {
            send_over(*ways[i], whose, targets[i], words);
        } else {
            send_error(whose, unavailable_text(pool_.backends[targets[i].home].name));
        }
    }
}

void dispatcher::send(session& client, ticket whose, const target& where,
                      std::span<const std::string_view> words) {
    if (where.server == nobody)
        return send_error(whose, unavailable_text(pool_.backends[where.home].name));
    auto& backend = *links_[where.server];
    auto& way = client.way_to(backend, whose.request);
    if (!has_room(backend, way)) return send_error(whose, busy_text);
    send_over(way, whose, where, words);
}

void dispatcher::send_over(connection& way, ticket whose, const target& where,
                           std::span<const std::string_view> words) {
    if (where.server != where.home)
        (where.relieved ? counts_.relieved : counts_.served_by_partner).add();
    whose.sent_to = static_cast<std::uint16_t>(where.server);
    ++whose.attempts;
    shared::append_request(way.begin(), words);
    way.commit(whose, now_);
}

bool dispatcher::has_room(const link& backend, const connection& way) const {
    return way.queued_bytes() < pool_.most_queued && backend.in_flight() < pool_.most_in_flight;
}

}  // namespace proxy
