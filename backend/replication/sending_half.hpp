// Our half of the link without its connection: what is said over it, and what follows from what
// comes back. Pure: bytes and time go in, records go to the outbox. The link_sender gives it a
// socket and timers. One thread; what others may call says so.
//
//            greeting      +LINK ...           walked through the store
//   no link ─────────▶ greeted ─────▶ exchanging ─────────────────▶ sending changes
//      ▲                  │               │                               │
//      └──────────────────┴── on_lost ────┴───────────────────────────────┘
//
// The exchange is of what the partner lacks (handshake.hpp, `resume`): the walk passes over what
// is not, and there is none where the outbox has it all.
#pragma once

#include "backend/clock/clock_guard.hpp"
#include "backend/replication/acknowledgements.hpp"
#include "backend/replication/link_dialler.hpp"
#include "backend/replication/outbox.hpp"
#include "backend/replication/verification.hpp"
#include "backend/store/store.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

namespace backend {

class sending_half {
  public:
    struct hooks {
        std::function<introduction()> introduce;             // what to say of ourselves
        std::function<void(const introduction&)> on_linked;  // the partner accepted
        std::function<void(version)> on_seen;             // the partner has applied all up to there
        std::function<void(version)> on_refused_version;  // it is too far ahead
        /// Why the partner that accepted is not taken; empty: it is. Null: everybody is.
        std::function<std::string(const introduction&)> refuses = {};
        std::function<void(const std::string&)> on_refused = {};  // there is no link, and why
    };

    /// A partner that is silent for `timeout` is given up. `first_words` knows the secret, if there
    /// is one.
    sending_half(store& data, hybrid_clock& clock, clock_guard& guard, outbox& records,
                 std::chrono::microseconds timeout, hooks callbacks,
                 link_dialler first_words = link_dialler());

    /// Before the first connection; every version that was given before is of an earlier life.
    void begin_life(shared::moment now) { born_ = clock_.next(now.unix); }

    /// A connection is being made; it has the time-out for that, too.
    void on_dialled(shared::moment now) noexcept { heard_at_ = now.steady; }

    /// It is made; what to send over it.
    std::string greeting();

    /// Takes what has come. `back` leads to the partner and outlives the connection. What is wrong,
    /// and the connection is to be given up; empty if nothing is.
    std::string on_bytes(std::string_view bytes, byte_outlet& back, shared::moment now);

    /// The connection takes bytes again, so the partner lives.
    void on_writable(shared::moment now);

    /// One step of the exchange, of about 50 KB. True if there is more to do; else it ends, or goes
    /// on after `on_writable`.
    bool exchange(shared::moment now);

    /// While there is a connection, or one is being made: does what is due. What is wrong, as
    /// `on_bytes`.
    std::string on_time(shared::moment now);

    /// When to call `on_time` next; it may become earlier when the partner accepts.
    shared::steady_time next_time() const noexcept;

    /// The partner's port refuses: no process is there.
    void on_nobody_there();

    /// The connection is gone, or could not be made. After how long to dial again.
    std::chrono::milliseconds on_lost();

    /// There will be no other connection: gives up all who wait.
    void stop();

    bool linked() const noexcept { return linked_; }

    /// The partner has been told from where on we remember deletes, and has not yet all that we
    /// have: until then none may be forgotten, for it would not learn of them.
    bool relies_on_floor() const noexcept { return relies_on_floor_; }

    /// Calls `then` when the partner has applied all that was changed before this call, and our
    /// clock is newer than all that the partner had answered by then; or when that is given up, as
    /// `what` says: at once if there is no link to wait for.
    void after_acknowledgement(const awaited_change& what, acknowledgement then,
                               shared::moment now);

    /// Compares what both sides hold. Why not, if it can't be done now; empty if it has begun.
    std::string verify(verification::finished then, shared::moment now);

    /// Gives up those who have waited long enough. True while there are some whose time can come
    /// to an end: call it again some milliseconds later.
    bool expire_waiters(shared::moment now);

    /// Any thread.
    lag_reading lag(shared::steady_time now) const { return lag_.read(outbox_.total(), now); }

    /// Any thread: what the last exchange was of.
    missing exchange_of() const noexcept { return exchange_of_; }

    /// Any thread: when the partner last had all that we have; 0: never.
    shared::unix_ms exchanged_at() const noexcept { return exchanged_at_; }

  private:
    void begin(const introduction& partner, byte_outlet& back, shared::moment now);
    void open(const introduction& partner, byte_outlet& back);
    bool has_forgotten_too_much() const;
    void beat(shared::moment now);
    version mark(std::string_view which, shared::moment now);
    std::string take_answer(byte_outlet& back, shared::moment now);
    std::string refused(std::string why);
    std::string take_marks(shared::moment now);
    std::string take_mark(const effect& what, shared::moment now);

    store& data_;
    hybrid_clock& clock_;
    clock_guard& guard_;
    outbox& outbox_;
    std::chrono::microseconds timeout_;
    hooks hooks_;
    link_dialler first_words_;
    acknowledgements waiters_;
    verification verification_;
    introduction greeted_;     // what we said of ourselves
    std::uint64_t links_ = 0;  // how often
    version born_ = 0;
    introduction partner_;  // what it said of itself, of the last link
    scan_cursor cursor_;
    version newer_than_ = 0;  // what the partner lacks of what we have
    std::atomic<missing> exchange_of_{missing::everything};
    version exchange_mark_ = 0;  // of the mark that ended the exchange; 0: it goes on
    std::string inbound_;
    link_lag lag_;
    shared::steady_time heard_at_{};
    shared::steady_time linked_at_{};
    version newest_mark_ = 0;  // that was sent
    shared::steady_time next_beat_{};
    std::uint64_t queued_at_beat_ = 0;  // bytes since the start
    std::atomic<shared::unix_ms> exchanged_at_{0};
    bool exchange_seen_ = false;  // by the partner, over this link
    bool linked_ = false;
    bool relies_on_floor_ = false;
    bool exchanging_ = false;
    bool partner_keeps_ = false;  // what it had, and learns of our deletes from the walk alone
    bool forgot_ = false;         // some of them, before the walk came there
    bool gone_ = false;           // the last that is known of the partner is that its port refuses
    bool stopped_ = false;
};

}  // namespace backend
