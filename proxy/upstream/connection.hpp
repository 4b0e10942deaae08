// One pipelined connection to a backend: the socket around a pipeline. Connects when it is first
// used or told to, fails its requests over when it breaks. Tries again and again with a backoff:
// what is asked meanwhile fails at the next tick. Owned by a link, touched by its worker's thread
// alone.
//
// A reply is held until it is whole and then handed on. Of one that grows large the sink is asked
// what to do: hold it all the same, pass it on in pieces, drop it, or leave it where it is, unread.
#pragma once

#include "proxy/health/outlier.hpp"
#include "proxy/resilience/failover.hpp"
#include "proxy/upstream/backoff.hpp"
#include "proxy/upstream/pipeline.hpp"
#include "shared/net/inbound.hpp"
#include "shared/net/socket.hpp"
#include "shared/net/worker.hpp"
#include "shared/resp/reply_parser.hpp"
#include "shared/resp/reply_stream.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string_view>

namespace proxy {

class connection;

enum class large_choice : std::uint8_t {
    hold,     // until it is whole; asked again when it has doubled
    pass_on,  // in pieces, through `on_piece`
    discard,  // the request has got its answer, or will get it elsewhere
    wait,     // nothing more is read from the connection until `resume`
};

/// Is told how requests end. Called in the worker's thread; may send further requests from within,
/// but must not destroy or drop the calling connection.
class reply_sink {
  public:
    virtual ~reply_sink() = default;
    virtual void on_reply(const ticket& whose, std::string_view reply) = 0;
    virtual void on_failure(const ticket& whose, std::string_view request, failure what) = 0;
    /// The backend refused a connection or could not be reached.
    virtual void on_unreachable(std::size_t backend) = 0;

    /// As many requests in a row as `connection_settings::most_timeouts` got no reply in time, and
    /// nothing has moved for as long as one may take. True: the connection is to be broken.
    virtual bool on_silent(std::size_t) { return false; }

    /// The reply takes `at_least` so many bytes, more than `connection_settings::large_reply`.
    virtual large_choice on_large(connection& from, const ticket& whose, std::size_t at_least) = 0;

    /// A piece of a reply that is passed on. False: no further one until `resume`.
    virtual bool on_piece(connection& from, const ticket& whose,
                          const shared::reply_piece& piece) = 0;
};

struct connection_settings {
    std::size_t backend;
    boost::asio::ip::tcp::endpoint where;
    std::chrono::microseconds connect_timeout;
    std::chrono::microseconds request_timeout;
    shared::reply_limits limits;
    std::size_t large_reply = 64UL * 1024;  // bytes
    unsigned most_timeouts = 0;             // in a row; 0: any number
};

class connection final : public shared::io_handler, private shared::turn_task {
  public:
    /// A backend that leaves a request unanswered for so many request time-outs is cut: its late
    /// reply will not come.
    static constexpr int patience = 5;

    /// Bounds of the waits between tries for a connection that brings no reply.
    static constexpr std::chrono::milliseconds first_wait{20};
    static constexpr std::chrono::seconds longest_wait{1};

    connection(shared::worker& owner, const connection_settings& settings, reply_sink& sink);
    ~connection() override;

    /// Append a request's bytes to what `begin` returns, then `commit`: it leaves at the end of the
    /// turn, or when the connection is made.
    std::string& begin() { return pipeline_.begin_request(); }
    void commit(const ticket& whose, shared::steady_time now);

    std::size_t in_flight() const noexcept { return pipeline_.in_flight(); }

    /// Bytes of requests without a reply.
    std::size_t queued_bytes() const noexcept { return pipeline_.queued_bytes(); }

    /// The request whose large reply the sink is asked about. Valid until anything is appended
    /// here.
    std::string_view oldest_request() const noexcept { return pipeline_.oldest_request(); }

    /// Makes the connection if there is none, so that the first request need not wait for it.
    void ensure_connected(shared::steady_time now);

    /// The backend was known to be down and is up again: the next try need not wait.
    void on_return() noexcept { tries_.on_return(); }

    /// Deals with deadlines. To be called some times in a second.
    void tick(shared::steady_time now);

    /// Goes on reading, in the next turn, where the sink has stopped it. Harmless otherwise.
    void resume();

    /// Breaks the connection and fails what is under way: the backend is known to be down.
    void drop() { fail(failure::lost); }

    /// Breaks the connection and forgets what is under way: nobody waits for it any more.
    void abandon();

    void on_io(shared::io_events events) override;
    void give_up(const char* why) override;

  private:
    enum class state : std::uint8_t { idle, connecting, connected };
    enum class reading : std::uint8_t { whole_replies, passing_on, discarding };

    void at_end_of_turn() override;
    void connect(shared::steady_time now);
    void expire(shared::steady_time now);
    void on_connected(boost::asio::ip::tcp::socket made);
    void write();
    void read();
    void take_replies(bool more);
    bool take(std::string_view bytes, std::size_t& taken);
    bool take_reply(std::string_view bytes, std::size_t& taken);
    void take_loading();
    bool has_count(std::string_view reply) const noexcept;
    bool take_large(std::size_t at_least);
    bool take_pieces(std::string_view bytes, std::size_t& taken);
    void end_large();
    void pause() noexcept { paused_ = true; }
    void fail(failure what);
    void disconnect();

    shared::worker& owner_;
    connection_settings settings_;
    reply_sink& sink_;
    pipeline pipeline_;
    shared::reply_parser parser_;
    shared::reply_stream stream_;
    std::size_t granted_;     // bytes of a reply that may be held when it is whole
    std::size_t held_up_to_;  // and before: the sink is asked again when it has doubled
    shared::inbound in_;
    std::shared_ptr<boost::asio::ip::tcp::socket> connecting_;
    std::optional<shared::socket> socket_;
    shared::steady_time connect_deadline_;
    backoff tries_;
    std::minstd_rand random_;
    outlier silence_;
    shared::steady_time last_tick_;
    state state_ = state::idle;
    reading reading_ = reading::whole_replies;
    bool answered_ = false;  // this connection has brought a reply
    bool paused_ = false;
    bool resumed_ = false;   // bytes that were left unread are to be looked at first
    bool progress_ = false;  // pieces were passed on, or `resume` was called, since the last tick
    bool moved_ = false;     // the backend has sent something, or made room, since the last tick
    bool write_blocked_ = false;
    bool was_blocked_ = false;  // and nothing has been written since
    bool hangup_ = false;
};

}  // namespace proxy
