#include "shared/net/listener.hpp"

#include "shared/log/log.hpp"

#include <boost/asio/buffer.hpp>

#include <sys/socket.h>

#include <array>

namespace shared {
namespace {

using tcp = boost::asio::ip::tcp;
using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// How long to wait when accepting fails for want of descriptors.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr int backlog = 4096;

}  // namespace

tcp::endpoint resolve(const address& where) {
    boost::asio::io_context context;
    tcp::resolver resolver(context);
    return resolver.resolve(where.host, std::to_string(where.port)).begin()->endpoint();
}

tcp::endpoint claim(boost::asio::io_context& context, const address& where) {
    const auto endpoint = resolve(where);
    tcp::acceptor probe(context, endpoint.protocol());
    probe.set_option(tcp::acceptor::reuse_address(true));
    probe.bind(endpoint);
    probe.listen();
    return probe.local_endpoint();
}

void refuse(tcp::socket connection) {
    boost::system::error_code ignored;
    connection.non_blocking(true, ignored);
    connection.write_some(
        boost::asio::buffer(std::string_view("-ERR max number of clients reached\r\n")), ignored);
    // With bytes unread the end would be a reset, which may take the text along.
    connection.shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> unread;
    for (int i = 0; i < 16 && !ignored; ++i)
        connection.read_some(boost::asio::buffer(unread), ignored);
}

listener::listener(worker& owner, const tcp::endpoint& where, accept_handler on_accept)
    : acceptor_(owner.context(), where.protocol()),
      retry_(owner.context()),
      on_accept_(std::move(on_accept)) {
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.set_option(reuse_port(true));
    acceptor_.bind(where);
    acceptor_.listen(backlog);
}

void listener::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
}

void listener::accept() {
    acceptor_.async_accept([this](boost::system::error_code problem, tcp::socket connection) {
        if (problem == boost::asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (problem == boost::asio::error::connection_aborted) return accept();
        if (problem) return pause(problem.message());
        try {
            on_accept_(std::move(connection));
        } catch (const std::exception& refused) {
            return pause(refused.what());
        }
        accept();
    });
}

/// Descriptors or memory are short; trying at once would only spin.
void listener::pause(const std::string& why) {
    if (const auto suppressed = warnings_.admit(steady_now())) {
        log_warn("cannot accept connections: " + why + " (" + std::to_string(*suppressed) +
                 " times not reported before)");
    }
    retry_.expires_after(accept_pause);
    retry_.async_wait([this](boost::system::error_code problem) {
        if (!problem) accept();
    });
}

}  // namespace shared
