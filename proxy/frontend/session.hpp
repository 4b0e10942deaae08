// A client of the proxy: answers what is about the connection, gives the rest to the dispatcher,
// and sends the replies in the order of the requests. Owned by the dispatcher's session_table,
// touched by its worker's thread alone.
#pragma once

#include "proxy/frontend/gather.hpp"
#include "proxy/frontend/reply_order.hpp"
#include "proxy/frontend/reply_window.hpp"
#include "proxy/routing/command_table.hpp"
#include "shared/command/client_state.hpp"
#include "shared/command/connection_commands.hpp"
#include "shared/net/client_session.hpp"
#include "shared/net/session_table.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace proxy {

class dispatcher;

class session final : public shared::client_session {
  public:
    session(shared::session_id self, shared::worker& owner, boost::asio::ip::tcp::socket connection,
            dispatcher& backends, const shared::server_facts& facts, std::uint64_t client_id);

    shared::session_id id() const noexcept { return self_; }
    bool speaks_resp3() const noexcept { return state_.version == shared::protocol::resp3; }

    /// The reply to a request, in the client's own version of RESP. Requires: the request has none
    /// yet.
    void deliver(std::uint64_t request, std::string_view reply);

    /// Makes a request one of several parts, whose replies come through `deliver_part`.
    gather& open_gather(std::uint64_t request, gather_kind kind, std::size_t parts);
    void deliver_part(std::uint64_t request, std::uint16_t part, std::string_view reply,
                      bool resp3);

  private:
    bool on_request(std::span<const std::string_view> words) override;
    void on_malformed(std::string_view error) override;
    bool answers_pending() const override { return order_.pending() != 0; }
    bool may_read() const override { return window_.is_open(order_.pending()); }

    void answer_locally(const shared::command_spec& spec, std::span<const std::string_view> words);
    void answer_proxy(std::span<const std::string_view> words);
    bool must_wait(const shared::command_spec& spec, route path) const;
    void answer_error(std::uint64_t request, std::string_view text);

    shared::session_id self_;
    dispatcher& backends_;
    const shared::server_facts& facts_;
    shared::client_state state_;
    reply_order order_;
    reply_window window_;
    std::map<std::uint64_t, gather> gathers_;
    std::string local_;
    bool writing_ = false;     // the last request about data was a write
    bool everywhere_ = false;  // it went to every pair
};

}  // namespace proxy
