#include "backend/replication/sending_half.hpp"

#include <algorithm>
#include <utility>

namespace backend {
namespace {

constexpr std::chrono::milliseconds redial_interval{200};
constexpr std::chrono::milliseconds heartbeat_interval{200};
// Where much is sent: what is sent is kept until a mark behind it is answered.
constexpr std::chrono::milliseconds busy_heartbeat_interval{20};
constexpr std::uint64_t busy_bytes = 256 * 1024;  // between two heartbeats
constexpr std::size_t entries_per_scan = 8;       // few, for they may be large
// Of a step of the exchange: few, for clients wait meanwhile. The walk may pass over what the
// partner has, so scans are counted besides bytes.
constexpr std::size_t bytes_per_step = 48 * 1024;
constexpr unsigned scans_per_step = 32;
constexpr std::size_t exchange_ahead =
    1024 * 1024;  // unsent bytes beyond which the exchange waits for the connection
constexpr std::size_t longest_greeting = 4096;
constexpr std::size_t longest_mark = longest_answer + 256;

}  // namespace

sending_half::sending_half(store& data, hybrid_clock& clock, clock_guard& guard, outbox& records,
                           std::chrono::microseconds timeout, hooks callbacks,
                           link_dialler first_words)
    : data_(data),
      clock_(clock),
      guard_(guard),
      outbox_(records),
      timeout_(timeout),
      hooks_(std::move(callbacks)),
      first_words_(std::move(first_words)),
      verification_(data, [this](std::string_view question) {
          // Nothing is behind it that anybody waits for, so its version needs not be
          // a new one.
          outbox_.append({.kind = effect_kind::mark,
                          .stamp = clock_.newest(),
                          .key = question,
                          .value = mark_verify});
      }) {}

std::string sending_half::greeting() {
    relies_on_floor_ = true;
    // What expires from here on must not raise the floor that is told.
    data_.forget_tombstones(0, 0);
    greeted_ = hooks_.introduce();
    greeted_.link = ++links_;
    return first_words_.greeting(greeted_);
}

std::string sending_half::on_bytes(std::string_view bytes, byte_outlet& back, shared::moment now) {
    heard_at_ = now.steady;
    inbound_ += bytes;
    return linked_ ? take_marks(now) : take_answer(back, now);
}

std::string sending_half::take_answer(byte_outlet& back, shared::moment now) {
    if (!inbound_.ends_with("\r\n"))
        return inbound_.size() > longest_greeting ? "its answer is too long" : "";
    auto step = first_words_.on_line(inbound_);
    inbound_.clear();
    if (step.partner && hooks_.refuses) step.problem = hooks_.refuses(*step.partner);
    if (!step.problem.empty()) return refused(std::move(step.problem));
    if (step.partner) {
        begin(*step.partner, back, now);
    } else if (back.write_some(step.request) != step.request.size()) {
        return "it takes nothing";  // a new connection has room for more than that
    }
    return {};
}

std::string sending_half::refused(std::string why) {
    if (hooks_.on_refused) hooks_.on_refused(why);
    return why;
}

void sending_half::begin(const introduction& partner, byte_outlet& back, shared::moment now) {
    linked_ = exchanging_ = true;
    linked_at_ = now.steady;
    gone_ = false;
    exchange_mark_ = 0;
    exchange_seen_ = false;
    hooks_.on_linked(partner);
    // Opened before the walk begins: what changes from here on is sent by whoever changes it.
    open(partner, back);
    waiters_.on_opened(clock_.next(now.unix));
    beat(now);
}

void sending_half::open(const introduction& partner, byte_outlet& back) {
    past_link past{born_, partner_.run, outbox_.kept_since()};
    auto lacks = resume(greeted_, partner, past);
    const bool resumed = outbox_.open(back, lacks.what == missing::unheard);
    if (lacks.what == missing::unheard && !resumed) {
        past.kept_since = 0;  // too much to keep has come in this moment
        lacks = resume(greeted_, partner, past);
    }
    partner_ = partner;
    partner_keeps_ = !resumed && partner.seen != 0 && outdated_below(partner, greeted_) == 0;
    lag_.on_opened(outbox_.total(), resumed);
    newer_than_ = lacks.since;
    cursor_ = resumed ? scan_cursor::at_end() : scan_cursor();
    exchange_of_ = lacks.what;
}

bool sending_half::exchange(shared::moment now) {
    if (!exchanging_) return false;
    // Full by what other workers have not sent yet: only bytes that the connection refuses bring it
    // back here.
    if (!outbox_.flush() && outbox_.unsent() >= exchange_ahead) return false;
    const auto append = [this](const effect& what) {
        if (what.stamp > newer_than_) outbox_.append(what);
    };
    bool more = true;
    const auto enough = outbox_.unsent() + bytes_per_step;
    for (unsigned i = 0; more && i < scans_per_step && outbox_.unsent() < enough; ++i) {
        more = data_.scan(cursor_, entries_per_scan, append, now.unix);
    }
    if (!more && has_forgotten_too_much()) {
        forgot_ = true;  // `on_time` tells of it, with the next heartbeat at the latest
    } else if (!more) {
        exchanging_ = false;
        exchange_mark_ = mark(mark_exchanged, now);
        waiters_.on_exchanged(exchange_mark_);
    }
    outbox_.flush();
    return more;
}

/// The floor that the partner was told does not hold any more: had it been the present one, the
/// partner would have dropped what it had, of which some was deleted here, and the walk has not met
/// the tombstone. At the next link it drops it, and does not keep anything a second time.
bool sending_half::has_forgotten_too_much() const {
    return partner_keeps_ && outdated_below(partner_, hooks_.introduce()) != 0;
}

void sending_half::on_writable(shared::moment now) {
    heard_at_ = now.steady;
    outbox_.resume();
}

void sending_half::beat(shared::moment now) {
    mark(mark_alive, now);
    verification_.on_heartbeat(now.unix);
    outbox_.flush();
    const auto queued = outbox_.total().bytes;
    const bool busy = queued - std::exchange(queued_at_beat_, queued) > busy_bytes;
    next_beat_ = now.steady + (busy ? busy_heartbeat_interval : heartbeat_interval);
}

version sending_half::mark(std::string_view which, shared::moment now) {
    const version stamp = clock_.next(now.unix);
    const auto link = which == mark_exchanged ? std::to_string(greeted_.link) : std::string();
    const effect what{.kind = effect_kind::mark, .stamp = stamp, .key = link, .value = which};
    const auto total = exchanging_ ? outbox_.append(what) : outbox_.append_and_keep(what);
    lag_.on_marked(stamp, total, now.steady);
    return newest_mark_ = stamp;
}

void sending_half::after_acknowledgement(const awaited_change& what, acknowledgement then,
                                         shared::moment now) {
    if (stopped_ || (!linked_ && what.needs_link()) || (gone_ && what.unless_gone))
        return then(false);
    waiters_.wait(what, linked_ ? mark(mark_alive, now) : 0, std::move(then));
    outbox_.flush();
}

std::string sending_half::verify(verification::finished then, shared::moment now) {
    if (!linked_ || !exchange_seen_) return "the partner has not everything yet";
    if (verification_.running()) return "a comparison is going on";
    verification_.begin(std::move(then), now.unix);
    outbox_.flush();
    return {};
}

bool sending_half::expire_waiters(shared::moment now) {
    waiters_.expire(now.steady);
    return waiters_.timed();
}

std::string sending_half::take_marks(shared::moment now) {
    std::size_t taken = 0;
    std::string problem;
    while (problem.empty()) {
        const auto next = read_record(std::string_view(inbound_).substr(taken), longest_mark);
        if (!next && next.error() == shared::errc::record_incomplete) break;
        if (!next) return next.error().message();
        taken += next->size;
        problem = take_mark(next->what, now);
    }
    inbound_.erase(0, taken);
    return problem;
}

std::string sending_half::take_mark(const effect& what, shared::moment now) {
    if (what.kind == effect_kind::mark && what.value == mark_verified) {
        // One to a question of an earlier link, which was kept and sent again, says nothing.
        if (verification_.on_answer(what.key, now.unix)) outbox_.flush();
        return {};
    }
    const auto seen = seen_mark(what);
    if (!seen) return "it answered a mark with something else";
    if (*seen > newest_mark_) return "it answered a mark that was not sent";
    if (guard_.refuses(what.stamp, now.unix)) {
        hooks_.on_refused_version(what.stamp);
        return "its clock is too far ahead";
    }
    clock_.observe(what.stamp);
    if (const auto total = lag_.on_seen(*seen, now.steady)) outbox_.acknowledge(*seen, *total);
    // Before the exchange is whole, what the partner has says nothing of what it has not.
    if (exchange_mark_ != 0 && *seen >= exchange_mark_) {
        if (!std::exchange(exchange_seen_, true)) exchanged_at_ = now.unix;
        relies_on_floor_ = false;
        hooks_.on_seen(*seen);
    }
    waiters_.on_seen(*seen);
    return {};
}

std::string sending_half::on_time(shared::moment now) {
    if (now.steady >= heard_at_ + timeout_) return "it was silent for too long";
    if (forgot_) return "more was deleted meanwhile than can be remembered";
    if (linked_ && now.steady >= next_beat_) beat(now);
    return {};
}

shared::steady_time sending_half::next_time() const noexcept {
    auto next = heard_at_ + timeout_;
    if (linked_) next = std::min(next, next_beat_);
    return next;
}

void sending_half::on_nobody_there() {
    gone_ = true;
    waiters_.on_gone();
}

std::chrono::milliseconds sending_half::on_lost() {
    outbox_.close();
    const bool was_linked = std::exchange(linked_, false);
    exchanging_ = relies_on_floor_ = forgot_ = false;
    inbound_.clear();
    waiters_.on_lost();
    verification_.on_lost();
    // A link that was up is dialled at once: if the port refuses, the partner is gone for certain.
    // Not one that was lost as soon as it was made, or that would go on and on.
    const bool lasted = was_linked && heard_at_ - linked_at_ >= redial_interval;
    return lasted ? std::chrono::milliseconds(0) : redial_interval;
}

void sending_half::stop() {
    stopped_ = true;
    waiters_.expire(shared::steady_time::max());
}

}  // namespace backend
