// A backend's process: the real store, clock, outbox, partnership, halves of the link and log, put
// together as app.cpp, partner_link.cpp, link_sender.cpp, link_receiver.cpp, durable_log.cpp and
// session_partner.cpp put them together, with one worker, over a simulated network, disk and clock.
// Owned by its machine, gone with it.
#pragma once

#include "backend/persist/log_keeper.hpp"
#include "backend/replication/partnership.hpp"
#include "backend/replication/receiving_half.hpp"
#include "backend/replication/restore.hpp"
#include "backend/replication/sending_half.hpp"
#include "tests/simulation/request.hpp"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace simulation {

class machine;
struct world;

class process final : private backend::effect_sink {
  public:
    process(world& around, machine& home);
    ~process() override;

    /// Opens and reads the log; the problem, or nothing. Then `begin_serving` follows.
    std::string load();
    void begin_serving();
    void end_orderly();

    sim_time free_at() const noexcept { return busy_until_; }
    bool ready() const;
    bool synced_both_ways() const;
    bool has_partner_acknowledged(backend::version newest) const {
        return pair_->has_acknowledged(newest);
    }
    backend::store& data() noexcept { return data_; }
    backend::hybrid_clock& clock() noexcept { return clock_; }
    bool log_sound() const noexcept { return log_ && log_->sound(); }
    void set_memory(std::uint64_t bytes);

    void on_accepted(connection_id which, purpose what);
    void on_connected(connection_id which);
    void on_refused(connection_id which);
    void on_bytes(connection_id which, std::string_view bytes);
    void on_room(connection_id which);
    void on_closed(connection_id which);

    /// Whether anything was evicted is for the history to know.
    void note_evictions();

    /// For the journal, once: before the process is gone.
    void count_store();

  private:
    /// The socket that our half writes to.
    class outlet final : public backend::byte_outlet {
      public:
        outlet(process& owner) : owner_(owner) {}
        std::size_t write_some(std::string_view bytes) noexcept override;

      private:
        process& owner_;
    };

    /// What is told to the log of the partner's changes.
    class log_tap final : public backend::effect_sink {
      public:
        log_tap(process& owner) : owner_(owner) {}
        void on_effect(const backend::effect& what) override;

      private:
        process& owner_;
    };

    struct receiver {
        std::uint64_t number;
        connection_id from;
        std::unique_ptr<backend::receiving_half> half;
        std::string inbound;
        std::string unsent;
        std::uint64_t taken;    // bytes of the connection
        std::size_t noted = 0;  // of the changes in its bytes
        std::size_t known = 0;  // operations that were made when it was accepted
        bool heard = true;
        bool retired = false;
    };

    /// Replies leave in the order of the requests.
    struct pending_reply {
        std::uint32_t number;
        answer what;  // none: not yet known
    };
    struct client {
        purpose what;
        message_reader inbound;
        std::string words;  // that ask for a link
        std::deque<pending_reply> replies;
        std::string unsent;
    };

    void on_effect(const backend::effect& what) override;

    // process_requests.cpp
    void serve(connection_id from, std::uint32_t number);
    answer run(request& what, std::uint32_t number);
    void finish(connection_id from, std::uint32_t number, answer what, backend::version before);
    void flush_everywhere(connection_id from, std::uint32_t number);
    void reply(connection_id to, std::uint32_t number, answer what);
    void send(connection_id to, client& whose);
    void end_turn();
    /// Whether what is changed goes into the log, or may be done without it.
    bool keeps_writes() const;
    bool admitted(const request& what) const;
    void check_read(const request& what, const backend::store::entry_access& found) const;

    // process_link.cpp
    void dial();
    void greet();
    void exchange();
    void watch();
    void lose(const std::string& why);
    void watch_waiters();
    void ask_partner(const backend::awaited_change& what, backend::acknowledgement then);
    void on_link_words(connection_id from, client& whose);
    /// Why a partner is not taken; empty: it is.
    std::string refuses(const backend::introduction& partner);
    void accept(connection_id from, const backend::introduction& partner);
    void receive(receiver& by, std::string_view bytes);
    void send_answers(receiver& by);
    void watch_receiver(std::uint64_t number);
    void lose_receiver(receiver& whose, const std::string& why);
    void retire_receiver();
    void on_receiver_lost(std::uint64_t number);
    void wait_for_partner();
    receiver* receiver_at(connection_id which);
    void note_ready();
    bool is_outdated(const backend::introduction& self, const backend::introduction& partner) const;
    void on_linked(const backend::introduction& partner);
    void on_dropped(const backend::introduction& self, const backend::introduction& partner);
    void on_partner_has(backend::version mark);
    void note_taken(receiver& by);

    // process_log.cpp
    void step_log();
    void look_at_log();
    std::uint64_t bytes_with_records();
    void expire();
    void forget();
    void verify();
    void check_bounds();

    world& world_;
    machine& machine_;
    const struct side_settings& settings_;
    unsigned side_;
    sim_time started_at_;
    sim_time busy_until_ = 0;
    bool loading_ = true;
    std::uint32_t last_made_ = no_operation;
    std::uint64_t most_used_ = 0;  // of memory, ever

    backend::hybrid_clock clock_;
    backend::outbox outbox_;
    backend::store data_;
    backend::clock_guard guard_;

    backend::log_settings log_settings_;
    std::optional<backend::log_directory> directory_;
    std::optional<backend::append_log> log_;
    std::optional<backend::log_keeper> keeper_;
    std::atomic<bool> stop_{false};
    log_tap tap_{*this};
    bool was_sound_ = true, was_rewriting_ = false;
    std::vector<std::uint32_t> rewriting_;  // what the rewrite that goes on will have written

    std::optional<backend::partnership> pair_;
    std::optional<backend::sending_half> half_;
    outlet outlet_{*this};
    connection_id sender_ = no_connection;
    std::uint32_t sender_partner_life_ = 0;
    std::uint64_t attempt_ = 0;
    bool step_posted_ = false;
    bool watching_waiters_ = false;

    std::map<connection_id, client> clients_;
    std::vector<std::unique_ptr<receiver>> receivers_;  // the last is the present one
    bool was_synced_ = false;
    sim_time waiting_since_ = 0;  // for a link of the partner's
    bool port_refused_ = false;   // since then
    backend::version acknowledged_ = 0;
    std::vector<std::uint32_t> made_;  // in this turn
};

}  // namespace simulation
