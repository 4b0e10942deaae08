// A client of the backend: its commands run at once, on the thread that read them. Owned by its
// worker's session_table, touched by that worker's thread alone.
#pragma once

#include "backend/server/held_replies.hpp"
#include "backend/server/server_commands.hpp"
#include "backend/server/services.hpp"
#include "backend/server/transaction.hpp"
#include "shared/command/client_state.hpp"
#include "shared/net/client_session.hpp"
#include "shared/net/session_id.hpp"

#include <memory>
#include <vector>

namespace backend {

class session final : public shared::client_session, private subscriber {
  public:
    /// `local_address` is where the client has connected to, "127.0.0.1:7401".
    session(shared::session_id self, boost::asio::ip::tcp::socket connection, services& with,
            std::uint64_t client_id, std::string local_address, int descriptor);
    ~session() override;

    /// The connection is over: nobody finds the client any more.
    void leave();

    bool subscribed() const noexcept { return record_.subscribed(); }

    /// Puts an error in the place of a reply that turned out not to be true. Requires: nothing has
    /// been written since it was queued.
    void replace_reply(std::size_t begin, std::size_t size, std::string_view error);

    /// The turn is over in which it has written something that the partner has to confirm; and:
    /// the partner has confirmed it, or has not in time.
    void await_confirmation() noexcept { awaiting_ = true; }
    void confirm(bool confirmed);

  private:
    bool on_request(std::span<const std::string_view> words) override;
    bool answers_pending() const override { return waiting_ || !held_.empty(); }
    bool may_read() const override {
        return !waiting_ && !awaiting_ && held_.size() < high_water_mark;
    }
    void on_malformed(std::string_view error) override;
    void answer_error(std::string_view text);
    void refuse(std::string_view error);
    shared::protocol message_version() const noexcept override { return state_.version; }
    bool push(std::string_view message) override;
    void give_up_reading() override;

    void dispatch(std::span<const std::string_view> words);
    void answer_specially(std::span<const std::string_view> words);
    void answer_in_mode(std::span<const std::string_view> words);
    void answer_subscribed(std::span<const std::string_view> words);
    void run_quietly(std::span<const std::string_view> words);
    void answer(std::span<const std::string_view> words);
    void reset();
    void note_special() noexcept;
    void answer_wrong_arity(const shared::command_spec& spec);

    // session_transaction.cpp
    bool run_transaction_command(const shared::command_spec& spec,
                                 std::span<const std::string_view> words);
    void begin_transaction();
    void end_transaction();
    void discard();
    void watch(std::span<const std::string_view> keys);
    bool watch(std::string_view key);
    bool end_watch(shared::unix_ms now);
    void queue(std::span<const std::string_view> words);
    void exec();
    std::uint64_t reply_room() const noexcept;
    void bound_reply_in_exec(bool wrote, std::size_t reply_begin);
    bool queue_admitted(const transaction& queued);

    void run(const shared::command_spec& spec, std::span<const std::string_view> words);
    void run_other_command(const shared::command_spec& spec,
                           std::span<const std::string_view> words);
    void run_data_command(const shared::command_spec& spec, std::span<const std::string_view> words,
                          shared::unix_us now);
    void note_time(const shared::command_spec& spec, std::span<const std::string_view> words,
                   shared::unix_us began, std::int64_t took);
    bool admitted(bool writes);
    void settle_with_log(std::size_t reply_begin);
    void partner_command(std::span<const std::string_view> words);

    // session_partner.cpp
    void answer_confirmed(std::span<const std::string_view> words);
    void begin_wait() noexcept;
    void answer_later(std::string_view reply, bool wrote);
    void verify_partner();
    void tell_partner_status();
    void forget_partner();
    void greet_partner(std::string_view nonce);
    void link_partner(std::span<const std::string_view> words);
    void flush_everywhere(std::span<const std::string_view> words);
    void flush_and_tell(const std::vector<std::string>& words, shared::steady_time until);
    void wait_for_partner(std::span<const std::string_view> words);
    void after_partner(const awaited_change& what, std::function<void(session&, bool)> then);

    /// Milliseconds that WAIT may be given, so that times do not run over: a hundred years.
    static constexpr std::int64_t longest_wait = 100L * 365 * 24 * 60 * 60 * 1000;

    shared::session_id self_;
    services& with_;
    shared::client_state state_;
    client_record record_;
    reply_mode replies_ = reply_mode::on;
    bool special_ = false;  // a request is not simply answered: see answer_specially
    std::unique_ptr<transaction> transaction_;  // null: not between MULTI and EXEC
    watched_keys watched_;
    bool in_exec_ = false;
    std::size_t exec_begin_ = 0;  // of its reply, in `queued()`
    bool waiting_ = false;        // for the partner, in FLUSHALL, WAIT or PARTNER VERIFY
    bool unwanted_ = false;       // the reply that is waited for: CLIENT REPLY OFF or SKIP was said
    bool awaiting_ = false;       // for the partner to confirm what is answered in `held_`
    held_replies held_;
    std::unique_ptr<link_nonces>
        nonces_;                 // of PARTNER HELLO, until PARTNER LINK; null: none was said
    version wrote_ = 0;          // the newest version there was after the client's last write
    std::uint32_t counted_ = 0;  // the poller's
};

}  // namespace backend
