#include "backend/replication/partnership.hpp"

#include "backend/replication/restore.hpp"

#include <algorithm>
#include <utility>

namespace backend {
namespace {

/// So often the log is told what has been seen. Less than the margin, or a restart would look as if
/// deletes had been missed.
constexpr std::int64_t note_interval_ms = 1'000;

std::string not_paired(const std::string& name, const std::string& with,
                       const std::string& instead) {
    return "ERR '" + name + "' is paired with " + with + ", not with " + instead +
           ": PARTNER FORGET at '" + name + '\'';
}

}  // namespace

partnership::partnership(partnership_settings settings, store& data, hybrid_clock& clock,
                         clock_guard& guard, effect_sink* log, shared::steady_time now)
    : settings_(std::move(settings)),
      data_(data),
      clock_(clock),
      guard_(guard),
      log_(log),
      identity_(settings_.identity),
      readiness_(settings_.grace, now) {}

void partnership::begin(shared::steady_time now) {
    const std::lock_guard lock(mutex_);
    if (!receiving_) readiness_.on_lost(now);
}

void partnership::resume(const progress& seen) {
    const std::lock_guard lock(mutex_);
    seen_ = seen;
}

progress partnership::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

introduction partnership::introduce() const {
    const std::lock_guard lock(mutex_);
    return {settings_.name,
            seen_.seen,
            data_.tombstone_floor(),
            settings_.run,
            seen_.run,
            0,
            identity_.id,
            identity_.partner ? identity_.partner->id : std::string(passing_id)};
}

std::string partnership::refuses(const introduction& partner, shared::unix_ms now,
                                 version& too_new) {
    too_new = 0;
    const version newest = std::max(partner.seen, partner.floor);
    if (!guard_.refuses(newest, now)) return {};
    too_new = newest;
    return "ERR the partner's versions are from the future: compare the clocks";
}

std::string partnership::pair_with(const introduction& partner) {
    const std::lock_guard lock(mutex_);
    if (auto problem = not_the_partner(partner); !problem.empty()) return problem;
    if (!identity_.lasting() || identity_.partner || partner.id == passing_id) return {};
    auto paired = identity_;
    paired.partner = {partner.id, partner.name};
    if (seen_.seen != 0) have_seen_nothing(0);  // it was of somebody of whom nothing is known
    // What the disk does not take is known in this life alone.
    [[maybe_unused]] const auto problem = keep(paired);
    return {};
}

/// Requires: `mutex_` is held.
std::string partnership::not_the_partner(const introduction& who) const {
    const bool same_name = who.name == settings_.name;
    if (identity_.lasting() && who.id == identity_.id) {
        return "ERR '" + settings_.name + "' and its partner" +
               (same_name ? " of the same name" : " '" + who.name + "'") +
               " have the same node id, " + who.id +
               ": one and the same backend, or a data directory that was copied; remove " +
               std::string(identity_name) + " from the copy";
    }
    if (same_name) return "ERR both partners are called '" + settings_.name + "'";
    const auto& known = identity_.partner;
    if (known && who.id != known->id) {
        return not_paired(settings_.name, known->id + " (" + known->name + ')',
                          who.id + " (" + who.name + ')') +
               ", or no line 'partner' in " + settings_.identity_place + ", pairs it anew";
    }
    // So that a link which the other side would give up at once is not begun.
    if (who.paired == passing_id || who.paired == identity_.id) return {};
    return not_paired(who.name, who.paired, identity_.id + " (" + settings_.name + ')') +
           " pairs it anew";
}

/// Requires: `mutex_` is held.
std::string partnership::keep(const node_identity& what) {
    identity_ = what;
    return settings_.keep_identity ? settings_.keep_identity(identity_) : std::string();
}

std::string partnership::forget_partner() {
    const std::lock_guard lock(mutex_);
    if (!identity_.partner) return {};
    have_seen_nothing(0);  // of the next partner
    acknowledged_ = 0;
    return keep({identity_.id, {}});
}

node_identity partnership::identity() const {
    const std::lock_guard lock(mutex_);
    return identity_;
}

accepted_link partnership::accept(const introduction& partner) {
    std::uint64_t number = 0;
    {
        // First: nobody is ready, nor has seen anything, by the link that this one replaces.
        const std::lock_guard lock(mutex_);
        readiness_.on_connected();
        receiving_ = true;
        partner_run_ = partner.run;
        number = ++receiver_number_;
    }
    // What expires from here on must not raise the floor that is told.
    data_.forget_tombstones(0, 0);
    introduction self = introduce();
    set_clock_by(partner);
    const bool drops = drop_outdated(self, partner);
    if (drops) self.seen = 0;
    return {number, link_answer(self), drops};
}

/// Nothing that is written from here on is older than what the partner may have deleted and
/// forgotten: it would be dropped with that, or bring back what was deleted.
void partnership::set_clock_by(const introduction& partner) noexcept {
    clock_.take_side(side_by_name(settings_.name, partner.name));
    clock_.observe(partner.floor);
}

/// True if there was something to drop; then the partner has to send us everything.
bool partnership::drop_outdated(const introduction& self, const introduction& partner) {
    const version floor = outdated_below(self, partner);
    if (floor == 0 || data_.size() == 0) return false;
    data_.drop_older_than(floor);
    const std::lock_guard lock(mutex_);
    have_seen_nothing(floor);
    return true;
}

/// The log is told before it hears of what comes from now on. Requires: `mutex_` is held.
void partnership::have_seen_nothing(version dropped_below) {
    seen_ = {};
    noted_at_ = 0;
    if (log_ != nullptr) log_->on_effect(drop_note(dropped_below));
}

bool partnership::on_exchanged(std::uint64_t number, shared::unix_ms now) {
    const std::lock_guard lock(mutex_);
    if (!is_present(number)) return false;
    readiness_.on_exchanged();
    exchange_received_ = now;
    return true;
}

void partnership::on_seen(std::uint64_t number, version stamp) {
    const std::lock_guard lock(mutex_);
    if (!is_present(number) || readiness_.state() != sync_state::synced) return;
    seen_ = {stamp, partner_run_};
    if (log_ == nullptr || time_of(stamp) < noted_at_ + note_interval_ms) return;
    noted_at_ = time_of(stamp);
    std::string room;
    log_->on_effect(seen_note(seen_, room));
}

bool partnership::on_receiver_lost(std::uint64_t number, shared::steady_time now) {
    const std::lock_guard lock(mutex_);
    if (!is_present(number)) return false;
    receiving_ = false;
    readiness_.on_lost(now);
    return true;
}

bool partnership::on_linked(const introduction& partner, shared::steady_time now) {
    set_clock_by(partner);
    sending_ = true;
    {
        const std::lock_guard lock(mutex_);
        // That was done when it was let in; since then it has sent some of what it has.
        if (receiving_ && partner_run_ == partner.run) return false;
    }
    if (!drop_outdated(introduce(), partner)) return false;
    const std::lock_guard lock(mutex_);
    if (!receiving_) readiness_.on_lost(now);  // the partner has what is missing here, and lives
    return true;
}

std::uint64_t partnership::link_of_past_life(const introduction& partner) const {
    const std::lock_guard lock(mutex_);
    return receiving_ && partner_run_ != partner.run ? receiver_number_ : 0;
}

void partnership::on_nobody_there() {
    const std::lock_guard lock(mutex_);
    readiness_.on_nobody_there();
}

void partnership::on_sender_lost() noexcept {
    sending_ = false;
    confirmed_ = 0;
}

void partnership::on_acknowledged(version stamp) noexcept {
    acknowledged_ = stamp;
    confirmed_ = stamp;
}

/// A mark that is newer was made, and so queued, after all that had been queued by then; the mark
/// may have either side's bit.
bool partnership::has_acknowledged(version newest) const noexcept {
    return confirmed_ > (newest | 1U);
}

bool partnership::is_in_step() const {
    const std::lock_guard lock(mutex_);
    return confirmed_ != 0 && receiving_ && readiness_.state() == sync_state::synced;
}

/// The partner was let in and told from where on we remember deletes, and it still sends what it
/// has.
bool partnership::is_being_filled() const {
    const std::lock_guard lock(mutex_);
    return receiving_ && readiness_.state() != sync_state::synced;
}

void partnership::forget_old_tombstones(shared::unix_ms now) {
    if (is_being_filled()) return;
    const auto horizon =
        std::chrono::duration_cast<std::chrono::milliseconds>(settings_.tombstones).count();
    // By age for an absent partner alone: what one has set that is there may still be on its way.
    const version by_age = is_in_step() ? 0 : version_at(now - horizon);
    data_.forget_tombstones(earlier(acknowledged_, queueing_margin_ms), by_age);
}

pair_state partnership::facts(shared::steady_time now) const {
    const std::lock_guard lock(mutex_);
    return {.sending = sending_,
            .sent_all = confirmed_ != 0,
            .receiving = readiness_.state(),
            .ready = readiness_.ready(now),
            .exchange_received = exchange_received_};
}

}  // namespace backend
