#include "tests/bench/load/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bench {

namespace {

[[noreturn]] void give_up(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

connection::connection(const std::string& host, std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &where.sin_addr) != 1) {
        errno = EINVAL;
        give_up("--host " + host);
    }
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) give_up("socket");
    const int on = 1;
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
        const int problem = errno;
        ::close(descriptor_);
        errno = problem;
        give_up("connection to port " + std::to_string(port));
    }
}

connection::~connection() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void connection::set_non_blocking() {
    if (::fcntl(descriptor_, F_SETFL, O_NONBLOCK) != 0) give_up("fcntl");
}

}  // namespace bench
