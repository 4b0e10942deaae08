// The part of the process that keeps the log, as durable_log does, and what is done from time to
// time.
#include "backend/persist/log_header.hpp"
#include "tests/simulation/machine_later.hpp"

namespace simulation {
namespace {

constexpr sim_time expiry_interval = 100 * ms;
constexpr std::size_t expiry_step = 200;
constexpr sim_time forgetting_interval = second;
constexpr std::size_t most_sent = 4UL << 20U;  // that an outbox keeps with a link

}  // namespace

std::string process::load() {
    if (!settings_.log) return {};
    directory_.emplace(machine_.disk(), machine_.name());
    log_.emplace(settings_.fsync);
    keeper_.emplace(*directory_, *log_, log_settings_, [this] {
        return backend::scan_for_log(data_, pair_->seen(), [this] { return machine_.now().unix; });
    });
    if (auto problem = directory_->open(false); !problem.empty()) return problem;
    std::optional<backend::started_file> first_tail;
    auto tail = directory_->create(backend::log_kind::tail);
    if (tail) {
        first_tail = std::move(*tail);
    } else if (tail.error() != boost::system::errc::no_space_on_device) {
        return tail.error().message();
    }
    backend::restorer restorer(data_, true);
    backend::replay_progress progress;
    backend::replay reading(
        *directory_, false,
        [&](const backend::effect& what) {
            if (what.kind == backend::effect_kind::flush) log_->note_flush(what.stamp);
            restorer.apply(what, machine_.now().unix);
        },
        progress);
    auto outcome = reading.run(stop_);
    if (!outcome) return outcome.error();
    if (outcome->bytes < bytes_with_records()) world_.notes.count(counted::torn_tails);
    keeper_->begin(std::move(*outcome), std::move(first_tail));
    pair_->resume(restorer.seen());
    world_.past.replayed(side_);
    was_sound_ = log_->sound();
    step_log();
    return {};
}

/// Of the files that the manifest names and that have more than a header.
std::uint64_t process::bytes_with_records() {
    std::uint64_t sum = 0;
    for (const auto& part : directory_->present().parts) {
        const auto size = machine_.disk().bytes_of(part.name.text()).size();
        if (size > backend::log_header_size(machine_.name())) sum += size;
    }
    return sum;
}

void process::end_orderly() {
    if (keeper_ && !loading_) keeper_->end();
}

void process::step_log() {
    const auto next = keeper_->step(machine_.now().steady);
    look_at_log();
    const auto wait = std::max(world_.time.when(next) - world_.time.now(), machine_.take_cost());
    machine_.later(wait == 0 ? world_.chance.between(20, 500) : wait, [this] { step_log(); });
}

void process::look_at_log() {
    const bool sound = log_->sound();
    if (was_sound_ && !sound) {
        world_.notes.count(counted::log_failures);
        world_.notes.tell(
            [&] { return machine_.name() + "'s log has failed: " + log_->problem(); });
    }
    if (sound && !log_->unsynced() && settings_.fsync == backend::fsync_policy::everysec)
        world_.past.synced(side_);
    const bool rewriting = keeper_->rewriting();
    if (rewriting && !was_rewriting_) rewriting_ = world_.past.in_memory_of(side_);
    if (!rewriting && was_rewriting_ && !keeper_->rewrite_failed()) {
        world_.past.rewritten(side_, rewriting_);
        world_.notes.count(counted::rewrites);
        world_.notes.tell([&] { return machine_.name() + "'s log has been written anew"; });
    }
    was_sound_ = sound;
    was_rewriting_ = rewriting;
}

void process::expire() {
    const bool more = data_.expire_some(machine_.now().unix, expiry_step);
    machine_.later(more ? 1 : expiry_interval, [this] { expire(); });
}

/// Deletes are forgotten once they are too old, or the partner has had them for 10 s.
void process::forget() {
    constexpr shared::unix_ms margin = 10'000;
    const auto now = machine_.now().unix;
    const auto before = data_.stats().tombstones;
    const auto floor = data_.tombstone_floor();
    if (!half_->relies_on_floor()) pair_->forget_old_tombstones(now);
    const auto allowed =
        std::max(now - world_.config.tombstones / ms, backend::time_of(acknowledged_) - margin);
    if (data_.tombstone_floor() > std::max(floor, backend::version_at(allowed)))
        world_.notes.fail(machine_.name() + " forgets a delete too early");
    const auto after = data_.stats().tombstones;
    world_.notes.count(counted::tombstones_forgotten, before - after);
    check_tombstones(world_, side_, after);
    machine_.later(forgetting_interval, [this] { forget(); });
}

/// PARTNER VERIFY, now and again.
void process::verify() {
    if (!world_.config.verifies) return;
    machine_.later(world_.chance.between(200, 4000) * ms, [this] {
        if (world_.load->stopped()) return verify();
        const auto problem = half_->verify(
            [this](const auto& found) {
                if (found) world_.notes.count(counted::verified);
            },
            machine_.now());
        verify();
    });
}

void process::check_bounds() {
    // What a policy notes of reads is made room for by the next write, or at the next look.
    if (data_.used_memory() > data_.memory_limit() + backend::eviction_policy::spare_bytes)
        world_.notes.fail(machine_.name() + " uses more memory than its limit");
    // The exchange appends what it walks over, which does not count.
    most_used_ = std::max(most_used_, data_.used_memory());
    const auto bound = settings_.backlog + outbox_slack(most_used_);
    if (outbox_.unsent() > bound || outbox_.kept() > bound + most_sent)
        world_.notes.fail(machine_.name() +
                          "'s outbox is above its bound: " + std::to_string(outbox_.unsent()) +
                          " unsent, " + std::to_string(outbox_.kept()) + " kept");
}

}  // namespace simulation
