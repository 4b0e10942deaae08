// Accepts connections on one address for one worker. Several workers listen on the same address and
// the kernel spreads the connections (SO_REUSEPORT). Owned by the program's app, touched by its
// worker's thread.
#pragma once

#include "shared/base/address.hpp"
#include "shared/log/rate_limiter.hpp"
#include "shared/net/worker.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>

namespace shared {

/// The first endpoint that `where` resolves to. Throws boost::system::system_error if there is
/// none.
boost::asio::ip::tcp::endpoint resolve(const address& where);

/// A socket that holds the address before the workers' listeners open it: finds out whether another
/// process listens there (with SO_REUSEPORT alone two would share the port unnoticed), and which
/// port it is if 0 was asked for. Throws boost::system::system_error.
boost::asio::ip::tcp::endpoint claim(boost::asio::io_context& context, const address& where);

/// Tells a client that there are too many, as Redis does, and closes.
void refuse(boost::asio::ip::tcp::socket connection);

class listener {
  public:
    using accept_handler = std::function<void(boost::asio::ip::tcp::socket)>;

    /// Opens the address. Throws boost::system::system_error if that fails.
    listener(worker& owner, const boost::asio::ip::tcp::endpoint& where, accept_handler on_accept);

    void start() { accept(); }
    void stop();

  private:
    void accept();
    void pause(const std::string& why);

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer retry_;
    accept_handler on_accept_;
    rate_limiter warnings_{1, std::chrono::seconds(10)};
};

}  // namespace shared
