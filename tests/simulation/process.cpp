#include "tests/simulation/process.hpp"

#include "tests/simulation/machine_later.hpp"

namespace simulation {
namespace {

std::chrono::microseconds duration(sim_time time) noexcept {
    return std::chrono::microseconds(time);
}

}  // namespace

process::process(world& around, machine& home)
    : world_(around),
      machine_(home),
      settings_(around.config.sides[home.side()]),
      side_(home.side()),
      started_at_(around.time.now()),
      clock_(home.side()),
      outbox_(settings_.backlog),
      data_({.memory = settings_.memory,
             .shards = settings_.shards,
             .tombstones = true,
             .absent_deletes = settings_.log},
            clock_, this),
      guard_(std::chrono::milliseconds(around.config.max_ahead / ms)),
      log_settings_{.dir = {},
                    .fsync = settings_.fsync,
                    .on_error = settings_.on_error,
                    .rewrite_growth = settings_.rewrite_growth,
                    .rewrite_from = settings_.rewrite_from,
                    .salvage = false} {
    pair_.emplace(backend::partnership_settings{.name = machine_.name(),
                                                .run = world_.chance.next() | 1U,
                                                .grace = duration(world_.config.grace),
                                                .tombstones = duration(world_.config.tombstones)},
                  data_, clock_, guard_, settings_.log ? &tap_ : nullptr, machine_.now().steady);
    half_.emplace(
        data_, clock_, guard_, outbox_, duration(world_.config.timeout),
        backend::sending_half::hooks{
            .introduce = [this] { return pair_->introduce(); },
            .on_linked = [this](const backend::introduction& partner) { on_linked(partner); },
            .on_seen = [this](backend::version mark) { on_partner_has(mark); },
            .on_refused_version =
                [this](backend::version) { world_.notes.count(counted::refused_versions); },
            .refuses = [this](const backend::introduction& partner) { return refuses(partner); }});
    outbox_.attach([] {},  // `on_room` comes by itself
                   [this] {
                       world_.notes.count(counted::overflows);
                       machine_.later(0, [this] {
                           if (half_->linked() && !outbox_.is_open())
                               lose("it takes records more slowly than they are made");
                       });
                   });
}

process::~process() = default;

void process::begin_serving() {
    loading_ = false;
    waiting_since_ = world_.time.now();
    pair_->begin(machine_.now().steady);
    half_->begin_life(machine_.now());
    dial();
    expire();
    forget();
    verify();
    note_ready();
}

bool process::ready() const {
    return !loading_ && pair_->facts(world_.time.steady()).ready;
}

bool process::synced_both_ways() const {
    const auto now = pair_->facts(world_.time.steady());
    return now.sending && now.sent_all && now.receiving == backend::sync_state::synced &&
           outbox_.unsent() == 0;
}

void process::set_memory(std::uint64_t bytes) {
    data_.set_memory_limit(bytes, machine_.now().unix);
}

/// What this backend's own clients have changed.
void process::on_effect(const backend::effect& what) {
    last_made_ = world_.past.add(what, side_);
    made_.push_back(last_made_);
    world_.notes.tell(
        [&] { return machine_.name() + " makes " + describe(world_.past.at(last_made_)); });
    for (const auto& flush : world_.flushes) {
        if (started_at_ < flush.at && what.stamp < flush.stamp)
            world_.notes.fail(machine_.name() +
                              " gives a version older than a FLUSHALL that was "
                              "confirmed before");
    }
    outbox_.on_effect(what);
    if (log_) log_->append(what);
}

void process::log_tap::on_effect(const backend::effect& what) {
    owner_.log_->append(what);
}

/// As at the end of a worker's turn: the partner's records, then the log.
void process::end_turn() {
    outbox_.flush();
    if (outbox_.is_open() && outbox_.unsent() == 0) {
        auto& sent = world_.in_wires[sender_];
        for (const auto which : made_) sent.push_back({world_.net.written(sender_, side_), which});
    }
    made_.clear();
    if (log_ && log_->commit()) {
        world_.past.filed(side_);
        if (settings_.fsync == backend::fsync_policy::always) world_.past.synced(side_);
    }
    busy_until_ = std::max(busy_until_, world_.time.now()) + machine_.take_cost();
    check_bounds();
}

std::size_t process::outlet::write_some(std::string_view bytes) noexcept {
    return owner_.world_.net.write(owner_.sender_, owner_.side_, bytes);
}

void process::on_accepted(connection_id which, purpose what) {
    clients_[which].what = what;
}

void process::on_connected(connection_id which) {
    if (which == sender_) greet();
}

void process::on_refused(connection_id which) {
    if (which != sender_) return;
    half_->on_nobody_there();
    pair_->on_nobody_there();
    port_refused_ = true;
    note_ready();
    lose("refused");
}

void process::on_bytes(connection_id which, std::string_view bytes) {
    if (which == sender_) {
        const bool was_linked = half_->linked();
        const auto wrong = half_->on_bytes(bytes, outlet_, machine_.now());
        if (!wrong.empty()) return lose(wrong);
        if (was_linked || !half_->linked()) return;
        constexpr counted kinds[] = {counted::whole, counted::newer, counted::unheard};
        world_.notes.count(kinds[static_cast<std::size_t>(half_->exchange_of())]);
        watch();
        return exchange();
    }
    if (auto* const by = receiver_at(which)) return receive(*by, bytes);
    const auto found = clients_.find(which);
    if (found == clients_.end()) return;
    if (found->second.what == purpose::link) {
        found->second.words += bytes;
        return on_link_words(which, found->second);
    }
    found->second.inbound.take(bytes, [&](std::uint32_t number, answer) {
        serve(which, number);
        return true;
    });
}

void process::on_room(connection_id which) {
    if (which == sender_) {
        if (!half_->linked()) return;
        half_->on_writable(machine_.now());
        return exchange();
    }
    if (auto* const by = receiver_at(which)) return send_answers(*by);
    if (const auto found = clients_.find(which); found != clients_.end())
        send(which, found->second);
}

void process::on_closed(connection_id which) {
    if (which == sender_) return lose("closed");
    if (auto* const by = receiver_at(which)) return lose_receiver(*by, "closed");
    clients_.erase(which);
}

void process::count_store() {
    const auto now = data_.stats();
    world_.notes.count(counted::evicted, now.evicted);
    world_.notes.count(counted::expired, now.expired);
    note_evictions();
}

void process::note_evictions() {
    if (data_.stats().evicted != 0) world_.past.evictions = true;
}

}  // namespace simulation
