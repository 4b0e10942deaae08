// Takes the requests of one worker's clients to the backends of one pool and the replies back:
// chooses targets, splits and gathers requests for several backends, sends again what failed and
// may be sent again. Owned by the app, one for each worker and pool, touched by the worker's thread
// alone.
//
//   session ──dispatch──▶ router ──▶ connection.begin/commit ──▶ backend
//   session ◀──deliver── [gather] ◀── on_reply ◀── connection ◀── backend
//                                 ◀── on_failure (retry at the partner, or an error)
#pragma once

#include "proxy/frontend/counters.hpp"
#include "proxy/frontend/gather.hpp"
#include "proxy/frontend/pool_facts.hpp"
#include "proxy/frontend/session.hpp"
#include "proxy/resilience/retry_budget.hpp"
#include "proxy/routing/command_table.hpp"
#include "proxy/routing/request_split.hpp"
#include "proxy/upstream/link.hpp"
#include "shared/net/session_table.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <vector>

namespace proxy {

class dispatcher final : public reply_sink {
  public:
    /// How often deadlines and connections are looked after.
    static constexpr std::chrono::milliseconds tick_interval{10};

    dispatcher(shared::worker& owner, const pool_facts& pool, counters& counts);
    ~dispatcher() override;

    /// Begins to look after deadlines and connections.
    void start();

    /// Serves a command about data; the reply comes through `client.deliver`, maybe at once.
    /// Requires: `words` fit the command's arity; `path` is not `locally`.
    void dispatch(session& client, std::uint64_t request, const shared::command_spec& spec,
                  route path, std::span<const std::string_view> words);

    /// Where a read of this key would go now. Requires: the pool shards.
    target route_of_read(std::string_view key);

    shared::session_table<session>& clients() noexcept { return clients_; }
    const pool_facts& pool() const noexcept { return pool_; }
    counters& counts() noexcept { return counts_; }

    /// Room for one reply in the making, which all clients use in turn.
    std::string& scratch() noexcept { return scratch_; }

    reply_order::memory& reply_memory() noexcept { return reply_memory_; }

    /// A gather to use, and to give back: they keep their memory.
    std::unique_ptr<gather> take_gather();
    void give_back(std::unique_ptr<gather> used);

    /// Asks for a large reply that has begun on `from` once more, on a lane of the client's. False
    /// if that can't be; nothing has changed then.
    bool ask_again(session& client, connection& from, const ticket& whose);

    /// Answers with an error what is too large to be held.
    void refuse_large(const ticket& whose);

    void on_reply(const ticket& whose, std::string_view reply) override;
    void on_failure(const ticket& whose, std::string_view request, failure what) override;
    void on_unreachable(std::size_t backend) override;
    bool on_silent(std::size_t backend) override;
    large_choice on_large(connection& from, const ticket& whose, std::size_t at_least) override;
    bool on_piece(connection& from, const ticket& whose, const shared::reply_piece& piece) override;

  private:
    static constexpr std::string_view busy_text =
        "BUSY too much is waiting for this backend already";

    static constexpr std::size_t most_spare_gathers = 256;

    /// What counts of the time between two ticks.
    static constexpr auto most_between_ticks = 20 * tick_interval;

    void tick();
    void advance_clock();
    void check_clients();
    void refresh_statuses();
    std::span<const candidate> candidates();
    std::span<const candidate> loads_for(const shared::command_spec& spec);

    void to_keys(session& client, const ticket& whose, const shared::command_spec& spec,
                 std::span<const std::string_view> words);
    void walk(session& client, ticket whose, std::span<const std::string_view> words);
    void split(session& client, ticket whose, const shared::command_spec& spec, gather_kind kind,
               std::span<const std::string_view> words);
    void spread(session& client, ticket whose, gather_kind kind, std::vector<target> targets,
                std::span<const std::string_view> words);
    std::string refusal(const shared::command_spec& spec, route path,
                        std::span<const std::string_view> words) const;

    void send(session& client, ticket whose, const target& where,
              std::span<const std::string_view> words);
    void send_over(connection& way, ticket whose, const target& where,
                   std::span<const std::string_view> words);
    bool has_room(const link& backend, const connection& way) const;
    void send_error(const ticket& whose, std::string_view text);
    std::size_t next_server(const ticket& whose, failure what);
    std::size_t retry_target(const ticket& whose);

    shared::worker& owner_;
    const pool_facts& pool_;
    counters& counts_;
    router router_;
    std::vector<backend_status> statuses_;  // the board's, as of `changes_seen_`
    std::uint64_t changes_seen_ = 0;
    std::vector<candidate> candidates_;
    std::vector<std::unique_ptr<link>> links_;  // for each backend
    boost::asio::steady_timer ticker_;
    reply_order::memory reply_memory_;
    request_split split_;
    std::vector<std::unique_ptr<gather>> spare_gathers_;
    std::string scratch_;
    std::string translated_;
    std::minstd_rand random_;
    shared::steady_time last_tick_;
    shared::steady_time now_;  // of the last tick, but for time that does not count
    retry_budget retries_;
    shared::session_table<session> clients_;
};

}  // namespace proxy
