// What two partners know of each other, and what follows from it: who has to drop what, whether
// this backend is ready, which deletes may be forgotten, what the partner has for certain. Both
// halves of the link tell it, partner_link asks. Pure: time is an argument. Any thread may call it;
// `accept`, `on_linked` and `forget_old_tombstones` one at a time, for each walks through the store
// by what it has found before.
#pragma once

#include "backend/clock/clock_guard.hpp"
#include "backend/replication/handshake.hpp"
#include "backend/replication/readiness.hpp"
#include "backend/store/store.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace backend {

struct partnership_settings {
    std::string name;                      // our own
    std::uint64_t run;                     // a number of this life alone, not 0
    std::chrono::microseconds grace;       // for a partner that does not answer, at the start
    std::chrono::microseconds tombstones;  // how long deletes are remembered for an absent partner
    node_identity identity{};              // our own
    std::string identity_place{};          // the file that has it
    // Keeps it; what is wrong, for people, empty: nothing. Null: it is not kept.
    std::function<std::string(const node_identity&)> keep_identity{};
};

/// A link of the partner's that was let in.
struct accepted_link {
    std::uint64_t number;  // names it in what is told of it later
    std::string answer;    // for the partner
    bool dropped;          // entries have gone that the log still has
};

/// What is known at one time.
struct pair_state {
    bool sending;   // our half of the link is up
    bool sent_all;  // and the partner has all that we had when it came up
    sync_state receiving;
    bool ready;
    shared::unix_ms exchange_received;  // when we last had all that it has; 0: never
};

class partnership {
  public:
    /// `log`, if it is not null, takes notes of what has been seen.
    partnership(partnership_settings settings, store& data, hybrid_clock& clock, clock_guard& guard,
                effect_sink* log, shared::steady_time now);

    /// What an earlier life had seen of the partner, as its log says. Requires: not begun.
    void resume(const progress& seen);

    /// The grace begins now, unless the partner was quicker.
    void begin(shared::steady_time now);

    /// What has been applied of the partner's.
    progress seen() const;

    introduction introduce() const;

    /// An error text for a partner that is refused; empty for one that may be accepted.
    /// `too_new`: its versions are what is wrong with it, this one for instance; 0: they are not.
    std::string refuses(const introduction& partner, shared::unix_ms now, version& too_new);

    /// Takes note of who the partner is, if it is the first that can be known again; a disk may
    /// have to be written for that. An error text if it is not who it was, or is ourselves. To be
    /// asked by both sides of each link, before anything else of it.
    std::string pair_with(const introduction& partner);

    /// The next partner may be another. What is wrong, for people; empty: nothing.
    std::string forget_partner();

    node_identity identity() const;

    /// The partner's link is let in, in the place of one before. What it may have deleted without
    /// our knowing is dropped.
    accepted_link accept(const introduction& partner);

    // Of the link of that number; nothing happens, and they are false, if another has taken its
    // place.
    bool on_exchanged(std::uint64_t number, shared::unix_ms now);
    void on_seen(std::uint64_t number, version stamp);
    bool on_receiver_lost(std::uint64_t number, shared::steady_time now);

    // Of our half.
    /// The partner accepts our link, and has said who it is. Before anything is sent to it, what it
    /// may have deleted without our knowing is dropped: it would take that for new. True if
    /// entries have gone that the log still has.
    bool on_linked(const introduction& partner, shared::steady_time now);

    /// The number of a link that an earlier life of that partner's has made: what still comes over
    /// it, the partner does not have any more. 0: there is none.
    std::uint64_t link_of_past_life(const introduction& partner) const;
    void on_nobody_there();
    void on_sender_lost() noexcept;
    void on_acknowledged(version stamp) noexcept;

    /// True if the partner, which is linked, has acknowledged all that was changed when the clock's
    /// newest version was that.
    bool has_acknowledged(version newest) const noexcept;

    /// Forgets the tombstones that the partner has, or, while it is not there, that are too old. To
    /// be called about once a second.
    void forget_old_tombstones(shared::unix_ms now);

    pair_state facts(shared::steady_time now) const;

  private:
    bool is_being_filled() const;
    bool is_in_step() const;  // both links are up, and either side has all that the other had
    void set_clock_by(const introduction& partner) noexcept;
    void have_seen_nothing(version dropped_below);
    bool drop_outdated(const introduction& self, const introduction& partner);
    bool is_present(std::uint64_t number) const noexcept {
        return receiving_ && number == receiver_number_;
    }
    std::string not_the_partner(const introduction& who) const;
    std::string keep(const node_identity& what);

    partnership_settings settings_;
    store& data_;
    hybrid_clock& clock_;
    clock_guard& guard_;
    effect_sink* log_;
    std::atomic<version> acknowledged_{0};
    std::atomic<version> confirmed_{0};  // the same, of the present link; 0: nothing
    std::atomic<bool> sending_{false};
    std::atomic<shared::unix_ms> exchange_received_{0};
    mutable std::mutex mutex_;
    node_identity identity_;
    readiness readiness_;
    progress seen_;
    std::uint64_t partner_run_ = 0;      // of its newest link
    shared::unix_ms noted_at_ = 0;       // the time of what the log has of `seen_`
    std::uint64_t receiver_number_ = 0;  // of the newest link of the partner's
    bool receiving_ = false;             // it is still there
};

}  // namespace backend
