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
#include "proxy/routing/command_table.hpp"
#include "proxy/upstream/connection.hpp"
#include "shared/net/session_table.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace proxy {

class dispatcher final : public reply_sink {
  public:
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

    void on_reply(const ticket& whose, std::string_view reply) override;
    void on_failure(const ticket& whose, std::string_view request, failure what) override;
    void on_unreachable(std::size_t backend) override;

  private:
    struct part;

    void tick();
    void refresh_statuses();
    std::span<const candidate> candidates();
    std::span<const candidate> loads_for(const shared::command_spec& spec);
    connection& connection_to(std::size_t backend, shared::session_id client);
    void send(ticket whose, const target& where, std::span<const std::string_view> words);
    void send_error(const ticket& whose, std::string_view text);
    std::size_t retry_target(std::size_t failed);

    void to_one(const ticket& whose, const shared::command_spec& spec,
                std::span<const std::string_view> words);
    void split(session& client, ticket whose, const shared::command_spec& spec, gather_kind kind,
               std::span<const std::string_view> words);
    std::vector<part> parts_of(const shared::command_spec& spec,
                               std::span<const std::string_view> words);
    void spread(session& client, ticket whose, gather_kind kind, std::span<const target> targets,
                std::span<const std::string_view> words);

    const pool_facts& pool_;
    counters& counts_;
    router router_;
    std::vector<backend_status> statuses_;  // the board's, as of `changes_seen_`
    std::uint64_t changes_seen_ = 0;
    std::vector<candidate> candidates_;
    std::vector<std::vector<std::unique_ptr<connection>>> links_;  // for each backend
    boost::asio::steady_timer ticker_;
    std::string translated_;
    shared::steady_time now_;  // of the last tick: deadlines are coarse
    shared::session_table<session> clients_;
};

}  // namespace proxy
