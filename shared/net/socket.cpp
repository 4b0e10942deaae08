#include "shared/net/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace shared {
namespace {

using tcp = boost::asio::ip::tcp;
using keep_alive_after = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;

std::string peer_of(const tcp::socket& connection) {
    boost::system::error_code problem;
    const auto endpoint = connection.remote_endpoint(problem);
    return problem ? "?:0" : to_text(endpoint);
}

socket::outcome to_outcome(ssize_t moved, bool end_if_none) noexcept {
    if (moved > 0) return {.size = static_cast<std::size_t>(moved)};
    if (moved == 0) return {.closed = end_if_none};
    const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {.would_block = later, .closed = !later};
}

}  // namespace

bool is_own_shortage(const boost::system::error_code& problem) noexcept {
    namespace errc = boost::system::errc;
    return problem == errc::too_many_files_open || problem == errc::too_many_files_open_in_system ||
           problem == errc::no_buffer_space || problem == errc::not_enough_memory ||
           problem == errc::address_not_available;
}

std::string to_text(const tcp::endpoint& endpoint) {
    const auto host = endpoint.address().to_string();
    const auto port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

socket::socket(tcp::socket from_asio) : peer_(peer_of(from_asio)) {
    boost::system::error_code ignored;
    from_asio.set_option(tcp::no_delay(true), ignored);
    from_asio.set_option(tcp::socket::keep_alive(true), ignored);
    from_asio.set_option(keep_alive_after(300), ignored);  // as Redis: tcp-keepalive 300
    from_asio.native_non_blocking(true, ignored);
    descriptor_ = from_asio.release(ignored);
}

socket::~socket() {
    close();
}

socket::outcome socket::read_some(std::span<char> room) noexcept {
    return to_outcome(::recv(descriptor_, room.data(), room.size(), 0), true);
}

socket::outcome socket::write_some(std::string_view bytes) noexcept {
    return to_outcome(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL), false);
}

void socket::abort() noexcept {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

void socket::close() noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

}  // namespace shared
