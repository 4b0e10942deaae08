#include "backend/replication/partner_link.hpp"

#include "backend/replication/restore.hpp"
#include "shared/log/log.hpp"

#include <boost/asio/post.hpp>

namespace backend {
namespace {

constexpr std::chrono::seconds forgetting_interval{1};
constexpr std::chrono::seconds alarm_interval{10};

/// An acknowledged delete is remembered for so long yet: versions are given before their records
/// are queued, so a record may follow a mark of a slightly newer version.
constexpr std::int64_t acknowledged_margin_ms = 10'000;

/// So often the log is told what has been seen. Less than the margin, or a restart would look as if
/// deletes had been missed.
constexpr std::int64_t note_interval_ms = 1'000;

version earlier(version stamp, std::int64_t milliseconds) noexcept {
    const auto time = time_of(stamp);
    return time > milliseconds ? version_at(time - milliseconds) : 0;
}

}  // namespace

partner_link::partner_link(shared::worker_pool& workers, const link_settings& settings, store& data,
                           hybrid_clock& clock, outbox& records, link_log_hooks log)
    : settings_(settings),
      data_(data),
      clock_(clock),
      guard_(settings.max_ahead),
      outbox_(records),
      log_(std::move(log)),
      sender_context_(workers[0].context()),
      sender_(workers[0].context(), {settings.partner, settings.timeout}, data, clock, guard_,
              records,
              {.introduce = [this] { return introduce(); },
               .on_linked = [this](const introduction& partner) { on_linked(partner); },
               .on_refused =
                   [this] {
                       const std::lock_guard lock(mutex_);
                       readiness_.on_refused();
                   },
               .on_seen = [this](version stamp) { on_acknowledged(stamp); },
               .on_lost = [this](const std::string& why) { on_sender_lost(why); },
               .on_refused_version = [this](version stamp) { on_refused_version(stamp); }}),
      forgetting_(workers[0].context()),
      alarms_(1, alarm_interval),
      readiness_(settings.grace, shared::steady_now()) {}

partner_link::~partner_link() = default;

void partner_link::start() {
    {
        const std::lock_guard lock(mutex_);
        // The grace begins now, unless the partner was quicker.
        if (!receiver_) readiness_.on_lost(shared::steady_now());
    }
    sender_.start();
    forget_old_tombstones();
}

void partner_link::stop() {
    sender_.stop();
    forgetting_.cancel();
}

std::string partner_link::offer(const introduction& partner) {
    if (partner.name == settings_.name) {
        return "ERR both partners are called '" + settings_.name + "'";
    }
    const version newest = std::max(partner.seen, partner.floor);
    if (guard_.refuses(newest, shared::unix_now())) {
        on_refused_version(newest);
        return "ERR the partner's versions are from the future: compare the clocks";
    }
    return {};
}

void partner_link::accept(shared::worker& owner, shared::socket connection,
                          const introduction& partner, shared::turn_task* commit) {
    const introduction self = introduce();
    clock_.take_side(side_by_name(self.name, partner.name));
    if (const version floor = outdated_below(self, partner); floor != 0 && data_.size() != 0) {
        shared::log_warn(
            "away for longer than the partner remembers deletes: dropping what is older than that");
        data_.drop_older_than(floor);
        if (log_.on_dropped) log_.on_dropped();
    }
    const std::lock_guard lock(mutex_);
    if (receiver_) retire(std::move(receiver_));
    const auto number = ++receiver_number_;
    readiness_.on_connected();
    receiver_ = std::make_unique<link_receiver>(
        owner, std::move(connection), link_answer(self), data_, clock_, settings_.timeout, guard_,
        link_receiver::hooks{
            .on_exchanged =
                [this, number] {
                    const std::lock_guard guard(mutex_);
                    if (number != receiver_number_) return;
                    readiness_.on_exchanged();
                    exchange_received_ = shared::unix_now();
                    shared::log_info("caught up with the partner");
                },
            .on_seen = [this, number](version stamp) { on_seen(number, stamp); },
            .on_lost = [this, number](const std::string& why) { on_receiver_lost(number, why); },
            .on_refused = [this](version stamp) { on_refused_version(stamp); }},
        link_log{log_.sink, commit});
    shared::log_info("partner " + partner.name + " is connected and sends what it has");
}

introduction partner_link::introduce() const {
    return {settings_.name, seen_.load(), data_.tombstone_floor()};
}

void partner_link::on_linked(const introduction& partner) {
    clock_.take_side(side_by_name(settings_.name, partner.name));
    sending_ = true;
    reported_lost_ = false;
    shared::log_info("connected to partner " + partner.name + ", sending what we have");
}

void partner_link::on_sender_lost(const std::string& why) {
    sending_ = false;
    confirmed_ = 0;
    // Once for each loss: it is tried again several times in a second.
    if (!reported_lost_)
        shared::log_warn("no link to the partner at " + to_string(settings_.partner) + ": " + why);
    reported_lost_ = true;
}

void partner_link::on_receiver_lost(std::uint64_t number, const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (number != receiver_number_) return;
    shared::log_warn("the partner's link is lost: " + why);
    readiness_.on_lost(shared::steady_now());
    retire(std::move(receiver_));
}

void partner_link::on_seen(std::uint64_t number, version stamp) {
    const std::lock_guard lock(mutex_);
    if (number != receiver_number_ || readiness_.state() != sync_state::synced) return;
    seen_ = stamp;
    if (log_.sink == nullptr || time_of(stamp) < noted_at_ + note_interval_ms) return;
    noted_at_ = time_of(stamp);
    log_.sink->on_effect(seen_note(stamp));
}

void partner_link::on_acknowledged(version stamp) {
    acknowledged_ = stamp;
    confirmed_ = stamp;
}

void partner_link::on_refused_version(version stamp) {
    ++refused_versions_;
    const std::lock_guard lock(mutex_);
    const auto swallowed = alarms_.admit(shared::steady_now());
    if (!swallowed) return;
    const auto ahead = time_of(stamp) - shared::unix_now();
    shared::log_error("ALARM: the partner's clock, or ours, is wrong: it sent a version " +
                      std::to_string(ahead) + " ms ahead of our time, " +
                      std::to_string(guard_.most().count()) +
                      " ms are allowed (max_clock_ahead). Nothing of it is taken" +
                      (*swallowed == 0 ? "" : "; " + std::to_string(*swallowed) + " more before"));
}

void partner_link::forget_old_tombstones() {
    const auto horizon =
        std::chrono::duration_cast<std::chrono::milliseconds>(settings_.tombstones).count();
    const version by_age = version_at(shared::unix_now() - horizon);
    data_.forget_tombstones(std::max(by_age, earlier(acknowledged_, acknowledged_margin_ms)));
    forgetting_.expires_after(forgetting_interval);
    forgetting_.async_wait([this](boost::system::error_code problem) {
        if (!problem) forget_old_tombstones();
    });
}

void partner_link::after_acknowledgement(shared::worker& caller, const awaited_change& what,
                                         acknowledgement then) {
    boost::asio::post(sender_context_, [this, &caller, what, work = std::move(then)]() mutable {
        sender_.after_acknowledgement(what, [&caller, work = std::move(work)](bool confirmed) {
            boost::asio::post(caller.context(), [work, confirmed] { work(confirmed); });
        });
    });
}

/// A mark that is newer was made, and so queued, after all that had been queued by then; the mark
/// may have either side's bit.
bool partner_link::has_acknowledged(version newest) const noexcept {
    return confirmed_ > (newest | 1U);
}

/// A receiver is destroyed by its own worker, later: it may be in the middle of a call. From now on
/// it applies nothing. Requires: `mutex_` is held.
void partner_link::retire(std::unique_ptr<link_receiver> receiver) {
    receiver->retire();
    auto* const old = receiver.get();
    retired_.push_back(std::move(receiver));
    boost::asio::post(old->owner().context(), [this, old] {
        const std::lock_guard lock(mutex_);
        std::erase_if(retired_, [old](const auto& one) { return one.get() == old; });
    });
}

link_status partner_link::status() const {
    const std::lock_guard lock(mutex_);
    return {.sending = sending_,
            .sent_all = confirmed_ != 0,
            .receiving = readiness_.state(),
            .ready = readiness_.ready(shared::steady_now()),
            .unsent_bytes = outbox_.unsent(),
            .records_sent = outbox_.total().records,
            .lag = sender_.lag(),
            .exchange_sent = sender_.exchanged_at(),
            .exchange_received = exchange_received_,
            .refused_versions = refused_versions_};
}

}  // namespace backend
