// One end of a connection in the hands of a test: bytes go out and come in only when the test
// calls, so it can be as slow or as rude as a test needs. Never blocks.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>

#include <random>
#include <string>
#include <string_view>

namespace support {

class peer {
  public:
    using tcp = boost::asio::ip::tcp;

    /// Connects to `where`: the kernel accepts, whoever listens need not run.
    peer(boost::asio::io_context& context, const tcp::endpoint& where, int receive_buffer = 0)
        : socket_(context) {
        socket_.open(where.protocol());
        if (receive_buffer != 0)
            socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer));
        socket_.connect(where);
        socket_.non_blocking(true);
    }

    explicit peer(tcp::socket connection) : socket_(std::move(connection)) {
        socket_.non_blocking(true);
    }

    /// Queues bytes; they leave with this and the next calls of `push`.
    void send(std::string_view bytes) {
        outgoing_ += bytes;
        push();
    }

    /// Sends what the socket takes now. True if nothing is left.
    bool push() {
        while (!outgoing_.empty()) {
            boost::system::error_code problem;
            const auto sent = socket_.write_some(boost::asio::buffer(outgoing_), problem);
            if (problem) break;
            outgoing_.erase(0, sent);
        }
        return outgoing_.empty();
    }

    /// Takes in what has arrived, and gives all that ever arrived.
    const std::string& received() {
        push();
        char room[64 * 1024];
        while (!closed_) {
            boost::system::error_code problem;
            const auto got = socket_.read_some(boost::asio::buffer(room), problem);
            received_.append(room, got);
            if (problem == boost::asio::error::would_block) break;
            closed_ = static_cast<bool>(problem);
            reset_ = closed_ && problem != boost::asio::error::eof;
        }
        return received_;
    }

    /// True once the other end has closed and everything it had sent has been taken in.
    bool closed() {
        received();
        return closed_;
    }
    /// The same as of the last `received`, which it does not call: nothing more is taken in.
    bool seen_closed() const noexcept { return closed_; }
    bool was_reset() const noexcept { return reset_; }

    std::size_t unsent() const noexcept { return outgoing_.size(); }

    void forget_received() { received_.clear(); }

    void end_sending() { socket_.shutdown(tcp::socket::shutdown_send); }

    void close() { socket_.close(); }

    /// Closes so that the other end gets a reset.
    void reset() {
        socket_.set_option(boost::asio::socket_base::linger(true, 0));
        socket_.close();
    }

    tcp::socket& socket() noexcept { return socket_; }

  private:
    tcp::socket socket_;
    std::string outgoing_;
    std::string received_;
    bool closed_ = false;
    bool reset_ = false;
};

/// Two ends of one TCP connection over the loopback.
struct connected_pair {
    explicit connected_pair(boost::asio::io_context& context, int receive_buffer = 0)
        : acceptor_(context, {boost::asio::ip::address_v4::loopback(), 0}),
          client(context, acceptor_.local_endpoint(), receive_buffer),
          server(acceptor_.accept()) {}

  private:
    boost::asio::ip::tcp::acceptor acceptor_;

  public:
    peer client;
    boost::asio::ip::tcp::socket server;
};

/// A port on which nobody listens. It is below the range from which the system takes ports for
/// outgoing connections, so no connection of another test takes it meanwhile.
inline boost::asio::ip::tcp::endpoint free_endpoint() {
    static std::mt19937 random{std::random_device()()};
    std::uniform_int_distribution<unsigned short> port(18'000, 31'999);
    boost::asio::io_context context;
    for (;;) {
        const boost::asio::ip::tcp::endpoint where(boost::asio::ip::address_v4::loopback(),
                                                   port(random));
        boost::asio::ip::tcp::acceptor probe(context, where.protocol());
        boost::system::error_code problem;
        probe.bind(where, problem);
        if (!problem) return where;
    }
}

}  // namespace support
