// All that this backend has to do with its partner: partnership, both halves of the link, and their
// connections, timers and log.
// Owned by the app; every method may be called by every worker.
//
//   clients' writes ─▶ store ─▶ outbox ─▶ link_sender ───▶ the partner's link_receiver
//                      store ◀─ merge ◀── link_receiver ◀─ the partner's link_sender
#pragma once

#include "backend/replication/link_receiver.hpp"
#include "backend/replication/link_sender.hpp"
#include "backend/replication/link_status.hpp"
#include "backend/replication/partnership.hpp"
#include "backend/replication/refusals.hpp"
#include "shared/log/rate_limiter.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace backend {

struct link_settings {
    std::string name;  // our own
    shared::address partner;
    std::chrono::microseconds timeout;
    std::chrono::microseconds grace;
    std::chrono::microseconds tombstones;
    std::chrono::milliseconds max_ahead{std::chrono::hours(1)};  // of the partner's versions
    std::string secret{};  // that the partner has to know, too; empty: none
    node_identity identity{};
    std::string identity_place{};                                     // the file that has it
    std::function<disk_error(const node_identity&)> keep_identity{};  // null: it is not kept
};

/// The log, as far as the link has to do with it.
struct link_log_hooks {
    effect_sink* sink = nullptr;       // is told what the partner has changed; null: no log
    std::function<void()> on_dropped;  // entries have gone that the log still has
};

class partner_link {
  public:
    partner_link(shared::worker_pool& workers, const link_settings& settings, store& data,
                 hybrid_clock& clock, outbox& records, link_log_hooks log = {});
    ~partner_link();

    void start();

    /// What an earlier life had seen of the partner, as its log says. Requires: not started.
    void resume(const progress& seen) { pair_.resume(seen); }

    /// What has been applied of the partner's.
    progress seen() const { return pair_.seen(); }

    /// The next partner may be another than the one that we are paired with. What is wrong, for
    /// people; empty: nothing.
    std::string forget_partner();

    /// Ends our half of the link; it is not dialled again. First worker's thread.
    void stop();

    /// The nonces of a connection over which PARTNER HELLO came, ours just drawn; or an error text.
    struct greeted {
        std::unique_ptr<link_nonces> nonces;
        std::string error;
    };
    greeted greet(std::string_view nonce);

    /// Who asks for a link with these words, behind PARTNER LINK. An error text if it is refused.
    /// `nonces` are those of the connection; null if it was not greeted.
    link_offer offer(std::span<const std::string_view> words, const link_nonces* nonces);

    /// Takes over the connection of an offer that was not refused. `commit`, of that worker, keeps
    /// what the log was told; null without a log.
    void accept(shared::worker& owner, shared::socket connection, const introduction& partner,
                const link_nonces* nonces, shared::turn_task* commit);

    /// Runs `then` in the worker's thread when the partner has applied every change made before
    /// this call, or when that is given up, as `what` says: at the latest after the link's time-out
    /// if no time is given.
    void after_acknowledgement(shared::worker& caller, const awaited_change& what,
                               acknowledgement then);

    /// Compares what both sides hold, and runs `then` in the worker's thread with what was found,
    /// or with why it could not be.
    using verified = std::function<void(const verification_result&, const std::string& problem)>;
    void verify(shared::worker& caller, verified then);

    /// A version below which, or equal to which, every change is that was made before the call.
    version newest() const noexcept { return clock_.newest(); }

    /// True if the partner, which is linked, has acknowledged all that was changed when `newest`
    /// gave that.
    bool has_acknowledged(version newest) const noexcept { return pair_.has_acknowledged(newest); }

    link_status status() const;
    const shared::address& partner() const noexcept { return settings_.partner; }

  private:
    std::unique_ptr<receiving_half> make_receiving_half(std::uint64_t number, std::uint64_t link);
    void on_linked(const introduction& partner);
    void on_dropped();
    void on_sender_lost(const std::string& why);
    void on_sender_refused(const std::string& why);
    std::string refuse(std::string why);
    std::string refuses(const introduction& partner);
    std::string keep(const node_identity& what);
    void on_exchanged(std::uint64_t number, shared::unix_ms now);
    void on_receiver_lost(std::uint64_t number, const std::string& why);
    void lose_receiver(std::uint64_t number, const std::string& why);
    void on_refused_version(version stamp);
    void forget_old_tombstones();
    void retire(std::unique_ptr<link_receiver> receiver);

    link_settings settings_;
    store& data_;
    hybrid_clock& clock_;
    clock_guard guard_;
    outbox& outbox_;
    link_log_hooks log_;
    partnership pair_;
    sending_half half_;
    boost::asio::io_context& sender_context_;
    link_sender sender_;
    boost::asio::steady_timer forgetting_;
    std::atomic<std::uint64_t> refused_versions_{0};
    mutable std::mutex told_;  // of what follows; nothing else is locked under it
    refusals callers_;         // that we refused
    refusals calls_;           // of ours, refused by the partner or given up by us
    shared::rate_limiter alarms_;
    // Of what follows, and of what is decided when a link is made. Shards are locked under it, so
    // nobody may wait for it who holds one; no command does.
    std::mutex linking_;
    std::unique_ptr<link_receiver> receiver_;
    std::vector<std::unique_ptr<link_receiver>>
        retired_;                 // until their workers have let go of them
    bool reported_lost_ = false;  // the first worker's, as the next
    bool refused_call_ = false;
};

}  // namespace backend
