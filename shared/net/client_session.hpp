// One client's connection, as proxy and backend both need it: bytes are read and cut into requests,
// replies are queued and leave at the end of the turn in one write. What a request means is the
// derived class's affair. Owned by a worker's session_table, touched by that worker's thread alone.
//
//   socket ─▶ inbound ─▶ request_parser ─▶ on_request (each)      replies ─▶ write_queue ─▶ socket
//
// A client that does not read its replies is not read from: may_read() says when.
#pragma once

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

    void at_end_of_turn() final;
    void read();
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
    std::unique_ptr<boost::asio::steady_timer> linger_limit_;
};

}  // namespace shared
