// A client of the proxy: answers what is about the connection, gives the rest to the dispatcher,
// and sends the replies in the order of the requests. Owned by the dispatcher's session_table,
// touched by its worker's thread alone.
//
// A reply that is too large to be held (session_large.cpp) is passed on piece by piece, straight
// from the backend's connection, when all replies before it have left. Until then it is left
// unread, and so it is while the client does not read. That must cost nobody else anything, so such
// a client gets connections of its own (lanes):
//
//   shared ──a large reply is moved──▶ moving ──all is answered──▶ own ──idle, or small──▶ shared
//
// Moving: the large replies are asked for once more on a lane, and no further request is begun, so
// that what the client asks later never overtakes what it asked before. When no lane is to be had
// the shared connection stands in for it until nothing is under way.
#pragma once

#include "proxy/frontend/gather.hpp"
#include "proxy/frontend/lanes.hpp"
#include "proxy/frontend/reply_order.hpp"
#include "proxy/frontend/reply_window.hpp"
#include "proxy/routing/command_table.hpp"
#include "shared/command/client_state.hpp"
#include "shared/command/connection_commands.hpp"
#include "shared/net/client_session.hpp"
#include "shared/net/session_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
    gather& open_gather(std::uint64_t request, gather_kind kind, std::size_t parts,
                        shared::reply_shape shape = shared::reply_shape::as_is);
    void deliver_part(const ticket& whose, std::string_view reply);

    /// The connection that a request to a backend takes.
    connection& way_to(link& backend, std::uint64_t request);

    /// What becomes of a large reply that has begun on `from`.
    large_choice on_large(connection& from, const ticket& whose, std::size_t at_least);
    bool on_piece(connection& from, const ticket& whose, const shared::reply_piece& piece);

    /// True if the reply has begun to leave: it can't be replaced by another any more.
    bool is_passing_on(std::uint64_t request) const noexcept {
        return passing_on_ && order_.head() == request;
    }

    /// A request that is sent again, or has failed: what had begun to come of its reply is lost.
    void forget_large(const ticket& whose);

    /// Whether the large reply to this request may be asked for once more: nothing that was sent
    /// since could change it.
    bool may_ask_again(const ticket& whose) const noexcept {
        return whose.repeatable && newest_change_ <= whose.request;
    }

    /// A lane for what is asked for once more. Null if none is to be had; nothing has changed then.
    connection* move_to_lane(link& backend, std::uint64_t request);

  private:
    enum class way : std::uint8_t { shared, moving, own };

    /// A large reply that waits, and where.
    struct waiting_reply {
        ticket whose;
        connection* from;
    };

    bool on_request(std::span<const std::string_view> words) override;
    void on_malformed(std::string_view error) override;
    bool answers_pending() const override { return order_.pending() != 0; }
    bool may_read() const override { return window_.is_open(order_.values()); }
    void on_room() override;
    void release_memory() override;

    void answer_locally(const shared::command_spec& spec, std::span<const std::string_view> words);
    void answer_proxy(std::span<const std::string_view> words, std::string& reply);
    bool must_wait(const shared::command_spec& spec, route path) const;
    bool settle_path();
    void answer_error(std::uint64_t request, std::string_view text);
    void end_reply(std::uint64_t request, std::string_view reply);
    void count_reply(std::uint64_t request, std::size_t bytes);
    void finish_gather(const ticket& whose);

    large_choice on_large_part(connection& from, const ticket& whose, std::size_t at_least);
    large_choice hold_or_refuse(const ticket& whose, std::size_t at_least);
    bool has_room_for(std::size_t bytes) const noexcept;
    void keep_up();
    void append_piece(const ticket& whose, const shared::reply_piece& piece);
    bool pass_on_next(connection* from, const ticket& whose);
    void end_large(std::uint64_t request);
    void forget_waiting(const ticket& whose) noexcept;
    connection* begin_head();
    static void go_on(connection* with);
    waiting_reply* waiting_part(std::uint64_t request, std::uint16_t part) noexcept;

    shared::session_id self_;
    dispatcher& backends_;
    const shared::server_facts& facts_;
    shared::client_state state_;
    reply_order order_;
    reply_window window_;
    lanes lanes_;
    std::vector<waiting_reply> large_;
    connection* stalled_ = nullptr;     // goes on when the client has read
    std::uint64_t newest_change_ = 0;   // behind the newest request that may change data
    std::size_t passed_on_ = 0;         // bytes of the head's reply
    std::uint32_t small_in_a_row_ = 0;  // replies
    way way_ = way::shared;
    bool passing_on_ = false;  // the head's reply
    bool writing_ = false;     // the last request about data was no mere read
    bool everywhere_ = false;  // it went to every pair
};

}  // namespace proxy
