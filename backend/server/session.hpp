// A client of the backend: its commands run at once, on the thread that read them. Owned by its
// worker's session_table, touched by that worker's thread alone.
#pragma once

#include "backend/server/server_commands.hpp"
#include "backend/server/services.hpp"
#include "backend/server/transaction.hpp"
#include "shared/command/client_state.hpp"
#include "shared/net/client_session.hpp"
#include "shared/net/session_id.hpp"

#include <memory>

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

  private:
    bool on_request(std::span<const std::string_view> words) override;
    bool answers_pending() const override { return waiting_; }
    bool may_read() const override { return !waiting_; }
    void on_malformed(std::string_view error) override;
    void answer_error(std::string_view text);
    shared::protocol message_version() const noexcept override { return state_.version; }
    bool push(std::string_view message) override;
    void give_up_reading() override;

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
    void end_transaction() noexcept;
    void discard();
    void watch(std::span<const std::string_view> keys);
    void queue(std::span<const std::string_view> words);
    void exec();
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

    void flush_everywhere(std::span<const std::string_view> words);
    void after_partner(std::function<void(session&)> then);

    shared::session_id self_;
    services& with_;
    shared::client_state state_;
    client_record record_;
    reply_mode replies_ = reply_mode::on;
    bool special_ = false;  // a request is not simply answered: see answer_specially
    std::unique_ptr<transaction> transaction_;  // null: not between MULTI and EXEC
    watched_keys watched_;
    bool in_exec_ = false;
    bool waiting_ = false;  // for the partner
};

}  // namespace backend
