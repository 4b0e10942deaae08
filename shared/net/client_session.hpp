// One client's connection, as proxy and backend both need it: bytes are read and cut into requests,
// replies are queued and leave at the end of the turn in one write. What a request means is the
// derived class's affair. Owned by a worker's session_table, touched by that worker's thread alone.
//
//   socket ─▶ inbound ─▶ request_parser ─▶ on_request (each)      replies ─▶ write_queue ─▶ socket
//
// A client that does not read its replies is not read from: may_read() says when.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/buffer/write_queue.hpp"
#include "shared/net/inbound.hpp"
#include "shared/net/poller.hpp"
#include "shared/net/socket.hpp"
#include "shared/net/worker.hpp"
#include "shared/resp/request_parser.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace shared {

/// How long a client may take; 0: for ever. Looked at by `check`.
struct client_patience {
    std::chrono::microseconds idle{0};         // without a request
    std::chrono::microseconds half_sent{0};    // with a request that stays incomplete
    std::chrono::microseconds slow_reader{0};  // without taking any of the replies that wait for it
};

enum class client_verdict : std::uint8_t { fine, idle, half_sent, slow_reader };

class client_session : public io_handler, private turn_task {
  public:
    client_session(worker& owner, boost::asio::ip::tcp::socket from_asio,
                   const request_limits& limits);
    ~client_session() override;

    /// Begins to read. `on_closed` is called once, when the connection is over.
    void start(std::function<void()> on_closed);

    /// Calls `work` besides when the connection is over.
    void on_end(std::function<void()> work) { on_end_ = std::move(work); }

    void on_io(io_events events) final;
    void give_up(const char* why) final;

    /// Reads no more; closes when all requests read so far are answered and written.
    void finish();

    /// The same, but requests that have been read and not begun are dropped: the client has said
    /// QUIT, or nothing that it sends can be trusted.
    void end();

    /// Closes at once.
    void close();

    /// To be called now and then: gives back the buffers of a client that has been idle since the
    /// last call, and closes one whose time is over. What it was closed for is returned.
    client_verdict check(steady_time now, const client_patience& patience);

  protected:
    /// One request, never empty. `words` are valid during the call. False: not now; nothing has
    /// been done, and the request, with what follows it, is offered again on `resume`.
    virtual bool on_request(std::span<const std::string_view> words) = 0;

    /// Bytes that are no request: `error` is Redis's text. The connection ends once `finish` has
    /// answered what came before.
    virtual void on_malformed(std::string_view error) = 0;

    /// True while replies are owed to requests already read.
    virtual bool answers_pending() const { return false; }

    /// False stops reading until `resume`. The queue's high-water mark is checked besides.
    virtual bool may_read() const { return true; }

    /// Replies have left and there is room for more.
    virtual void on_room() {}

    /// The client is idle: buffers that were kept for its next request can go.
    virtual void release_memory() {}

    /// Bytes of replies that wait to be written.
    std::size_t queued() const noexcept { return out_.size(); }

    /// Append replies here, after `wake`.
    std::string& out() noexcept { return out_.tail(); }

    /// Has the queued replies written at the end of this turn.
    void wake();

    /// Goes on reading where `may_read` or a full queue stopped it. Harmless if nothing stopped it.
    void resume();

    /// Ends the session but not the connection: it is something else's from now on. Replies queued
    /// before are lost. Requires: called from `on_request`, and the peer sends nothing more before
    /// it is answered.
    socket release();

    const std::string& peer() const noexcept { return socket_.peer(); }
    bool closed() const noexcept { return state_ == state::closed; }
    worker& owner() noexcept { return owner_; }

    /// Bytes of queued replies beyond which no further request is read.
    static constexpr std::size_t high_water_mark = 1024 * 1024;

  private:
    enum class state : std::uint8_t {
        open,
        draining,   // no more is read, but requests that wait are still to be begun
        finishing,  // what was begun is answered
        lingering,  // all is written; what the client still sends is read and dropped
        closed,
    };

    /// What a client is waited for.
    enum class awaited : std::uint8_t { nothing, request, rest_of_request, reading };

    void at_end_of_turn() final;
    awaited waiting_for() const;
    bool came_along(awaited what) const noexcept;
    void read();
    void take_requests();
    std::size_t parse(std::string_view bytes);
    bool reading_allowed() const;
    bool is_parsing() const noexcept { return state_ == state::open || state_ == state::draining; }
    void flush();
    void close_if_done();
    void linger();
    void discard();

    worker& owner_;
    socket socket_;
    request_parser parser_;
    inbound in_;
    write_queue out_;
    std::function<void()> on_closed_;
    std::function<void()> on_end_;
    state state_ = state::open;
    bool paused_ = false;  // reading stopped though the socket may hold bytes
    bool hangup_ =
        false;  // the end of the stream is near: a short read does not mean that it was the last
    bool write_blocked_ = false;
    bool ended_ = false;  // the client has ended its sending
    awaited awaited_ = awaited::nothing;
    bool progress_ =
        false;              // since the last check: a request has come whole, or replies were taken
    bool lean_ = false;     // buffers have been given back
    std::size_t rest_ = 0;  // bytes of the incomplete request when `since_` was set
    steady_time since_;     // when `awaited_` began, or progress was seen last
    std::shared_ptr<boost::asio::steady_timer> linger_limit_;
};

}  // namespace shared
