#include "backend/replication/partner_link.hpp"

#include "shared/base/hex.hpp"
#include "shared/log/log.hpp"

#include <boost/asio/post.hpp>

#include <random>
#include <utility>

namespace backend {
namespace {

constexpr std::chrono::seconds forgetting_interval{1};
constexpr std::chrono::seconds alarm_interval{10};

std::uint64_t draw_run() {
    std::random_device chance;
    return std::uniform_int_distribution<std::uint64_t>(1)(chance);
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
      pair_({settings.name, draw_run(), settings.grace, settings.tombstones, settings.identity,
             settings.identity_place, [this](const node_identity& what) { return keep(what); }},
            data, clock, guard_, log_.sink, shared::steady_now()),
      half_(data, clock, guard_, records, settings.timeout,
            {.introduce = [this] { return pair_.introduce(); },
             .on_linked = [this](const introduction& partner) { on_linked(partner); },
             .on_seen = [this](version stamp) { pair_.on_acknowledged(stamp); },
             .on_refused_version = [this](version stamp) { on_refused_version(stamp); },
             .refuses = [this](const introduction& partner) { return refuses(partner); },
             .on_refused = [this](const std::string& why) { on_sender_refused(why); }},
            link_dialler(settings.secret, [] { return shared::random_hex(nonce_bytes); })),
      sender_context_(workers[0].context()),
      sender_(workers[0].context(), settings.partner, half_, records,
              {.on_nobody_there = [this] { pair_.on_nobody_there(); },
               .on_lost = [this](const std::string& why) { on_sender_lost(why); }}),
      forgetting_(workers[0].context()),
      alarms_(1, alarm_interval) {}

partner_link::~partner_link() = default;

void partner_link::start() {
    pair_.begin(shared::steady_now());
    sender_.start();
    forget_old_tombstones();
}

void partner_link::stop() {
    sender_.stop();
    forgetting_.cancel();
}

partner_link::greeted partner_link::greet(std::string_view nonce) {
    if (auto problem = refuses_hello(settings_.secret, nonce); !problem.empty())
        return {nullptr, refuse(std::move(problem))};
    return {std::make_unique<link_nonces>(std::string(nonce), shared::random_hex(nonce_bytes)), {}};
}

link_offer partner_link::offer(std::span<const std::string_view> words, const link_nonces* nonces) {
    std::string_view proof;
    if (nonces != nullptr && !words.empty()) {
        proof = words.back();
        words = words.first(words.size() - 1);
    }
    auto said = read_link_request(words);
    if (!said.partner) return {{}, refuse(std::move(said.error))};
    auto problem = refuses_dialler(settings_.secret, nonces, link_request(*said.partner), proof);
    if (problem.empty()) problem = refuses(*said.partner);
    if (!problem.empty()) return {{}, refuse(std::move(problem))};
    return said;
}

std::string partner_link::refuses(const introduction& partner) {
    version too_new = 0;
    auto problem = pair_.refuses(partner, shared::unix_now(), too_new);
    if (too_new != 0) on_refused_version(too_new);
    return problem.empty() ? pair_.pair_with(partner) : problem;
}

std::string partner_link::keep(const node_identity& what) {
    if (what.partner) {
        shared::log_info("paired with " + what.partner->name + ", node id " + what.partner->id);
    } else {
        shared::log_info("paired with nobody any more: the next partner may be another");
    }
    if (!settings_.keep_identity) return {};
    const auto problem = settings_.keep_identity(what);
    if (!problem) return {};
    auto told = settings_.identity_place + " cannot be written: " + problem.message();
    shared::log_warn(told);
    return told;
}

std::string partner_link::forget_partner() {
    return pair_.forget_partner();
}

std::string partner_link::refuse(std::string why) {
    const std::lock_guard lock(mutex_);
    if (const auto told = callers_.note(why, shared::steady_now()))
        shared::log_warn("refused who asked for the partner's link: " + *told);
    return why;
}

void partner_link::accept(shared::worker& owner, shared::socket connection,
                          const introduction& partner, const link_nonces* nonces,
                          shared::turn_task* commit) {
    const std::lock_guard lock(mutex_);
    callers_.clear();
    // What expires from here on must not raise the floor that is told.
    data_.forget_tombstones(0, 0);
    auto accepted = pair_.accept(partner);
    if (nonces != nullptr) {
        const auto proof =
            listener_proof(settings_.secret, *nonces, link_request(partner), accepted.answer);
        accepted.answer = with_proof(accepted.answer, proof);
    }
    if (accepted.dropped) on_dropped();
    const auto number = accepted.number;
    if (receiver_) retire(std::move(receiver_));
    receiver_ = std::make_unique<link_receiver>(
        owner, std::move(connection), accepted.answer, make_receiving_half(number, partner.link),
        settings_.timeout,
        link_receiver::hooks{
            .on_lost = [this, number](const std::string& why) { on_receiver_lost(number, why); },
            .commit = commit});
    shared::log_info("partner " + partner.name + " is connected and sends what it has");
}

std::unique_ptr<receiving_half> partner_link::make_receiving_half(std::uint64_t number,
                                                                  std::uint64_t link) {
    return std::make_unique<receiving_half>(
        data_, clock_, guard_, log_.sink, link,
        receiving_half::hooks{
            .on_exchanged = [this, number](shared::unix_ms now) { on_exchanged(number, now); },
            .on_seen = [this, number](version stamp) { pair_.on_seen(number, stamp); },
            .on_refused = [this](version stamp) { on_refused_version(stamp); }});
}

void partner_link::on_linked(const introduction& partner) {
    if (pair_.on_linked(partner)) on_dropped();
    // Its bytes may come later than the exchange that begins now, and the partner's new life would
    // never see them.
    if (const auto number = pair_.link_of_past_life(partner); number != 0)
        on_receiver_lost(number, "the partner has been restarted");
    reported_lost_ = false;
    {
        const std::lock_guard lock(mutex_);
        calls_.clear();
    }
    shared::log_info("connected to partner " + partner.name + ", sending what we have");
}

void partner_link::on_dropped() {
    shared::log_warn(
        "away for longer than the partner remembers deletes: dropped what is older than that");
    outbox_.forget();
    if (log_.on_dropped) log_.on_dropped();
}

void partner_link::on_sender_lost(const std::string& why) {
    pair_.on_sender_lost();
    if (std::exchange(refused_call_, false)) return;  // that has been told
    // Once for each loss: it is tried again several times in a second.
    if (!reported_lost_)
        shared::log_warn("no link to the partner at " + to_string(settings_.partner) + ": " + why);
    reported_lost_ = true;
}

void partner_link::on_sender_refused(const std::string& why) {
    refused_call_ = true;
    const std::lock_guard lock(mutex_);
    if (const auto told = calls_.note(why, shared::steady_now()))
        shared::log_warn("no link to the partner at " + to_string(settings_.partner) + ": " +
                         *told);
}

void partner_link::on_exchanged(std::uint64_t number, shared::unix_ms now) {
    if (pair_.on_exchanged(number, now)) shared::log_info("caught up with the partner");
}

void partner_link::on_receiver_lost(std::uint64_t number, const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (!pair_.on_receiver_lost(number, shared::steady_now())) return;
    shared::log_warn("the partner's link is lost: " + why);
    retire(std::move(receiver_));
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
    if (!half_.relies_on_floor()) pair_.forget_old_tombstones(shared::unix_now());
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

void partner_link::verify(shared::worker& caller, verified then) {
    boost::asio::post(sender_context_, [this, &caller, work = std::move(then)] {
        const auto answer = [&caller, work](const verification_result& found,
                                            const std::string& problem) {
            boost::asio::post(caller.context(), [work, found, problem] { work(found, problem); });
        };
        const auto problem = sender_.verify([answer](std::optional<verification_result> found) {
            answer(found.value_or(verification_result()), found ? "" : "the link was lost");
        });
        if (!problem.empty()) answer({}, problem);
    });
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
    const auto now = pair_.facts(shared::steady_now());
    const std::lock_guard lock(mutex_);
    auto refused = callers_.latest(shared::steady_now());
    if (refused.empty()) refused = calls_.latest(shared::steady_now());
    return {.sending = now.sending,
            .sent_all = now.sent_all,
            .receiving = now.receiving,
            .ready = now.ready,
            .unsent_bytes = outbox_.unsent(),
            .records_sent = outbox_.total().records,
            .lag = half_.lag(shared::steady_now()),
            .exchange_of = half_.exchange_of(),
            .exchange_sent = half_.exchanged_at(),
            .exchange_received = now.exchange_received,
            .refused_versions = refused_versions_,
            .refused = std::move(refused),
            .identity = pair_.identity()};
}

}  // namespace backend
