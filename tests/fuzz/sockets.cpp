#include "tests/fuzz/sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace fuzz {
namespace {

int checked(int outcome, const char* what) {
    if (outcome < 0) throw std::system_error(errno, std::generic_category(), what);
    return outcome;
}

sockaddr_in loopback(std::uint16_t port, std::uint32_t host = 1) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl((127U << 24) + host);
    return where;
}

void set_option(const descriptor& socket, int level, int option) {
    const int on = 1;
    checked(::setsockopt(socket.number(), level, option, &on, sizeof on), "setsockopt");
}

const sockaddr* generic(const sockaddr_in& where) {
    return reinterpret_cast<const sockaddr*>(&where);
}

}  // namespace

void descriptor::close() noexcept {
    if (is_open()) ::close(std::exchange(number_, -1));
}

descriptor listen_anywhere() {
    descriptor made(
        checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
    const auto where = loopback(0);
    checked(::bind(made.number(), generic(where), sizeof where), "bind");
    checked(::listen(made.number(), 128), "listen");
    return made;
}

std::uint16_t port_of(const descriptor& socket) {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    checked(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&where), &size),
            "getsockname");
    return ntohs(where.sin_port);
}

descriptor accept_from(const descriptor& listener) {
    descriptor made(::accept4(listener.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (made.is_open()) set_option(made, IPPROTO_TCP, TCP_NODELAY);
    return made;
}

descriptor connect_to(std::uint16_t port, std::uint64_t number) {
    descriptor made(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    set_option(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    set_option(made, IPPROTO_TCP, TCP_NODELAY);
    const auto here = loopback(0, 2 + static_cast<std::uint32_t>(number % 250));
    checked(::bind(made.number(), generic(here), sizeof here), "bind");
    const auto there = loopback(port);
    if (::connect(made.number(), generic(there), sizeof there) != 0) {
        if (errno != ECONNREFUSED) checked(-1, "connect");
        made.close();
    }
    return made;
}

std::optional<std::size_t> send_some(const descriptor& socket, std::string_view bytes) {
    const auto sent =
        ::send(socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return std::nullopt;
}

bool receive(const descriptor& socket, std::string& bytes, bool& reset) {
    std::array<char, 32UL * 1024> room;
    for (;;) {
        const auto got = ::recv(socket.number(), room.data(), room.size(), MSG_DONTWAIT);
        if (got > 0) bytes.append(room.data(), static_cast<std::size_t>(got));
        if (got == static_cast<ssize_t>(room.size())) continue;
        if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) return true;
        reset = got < 0;
        return false;
    }
}

void end_sending(const descriptor& socket) {
    ::shutdown(socket.number(), SHUT_WR);
}

io_loop::io_loop() : set_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

void io_loop::add(const descriptor& socket, io_target& target) {
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &target}};
    checked(::epoll_ctl(set_.number(), EPOLL_CTL_ADD, socket.number(), &event), "epoll_ctl");
}

void io_loop::want_writable(const descriptor& socket, io_target& target, bool wanted) {
    epoll_event event{.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.ptr = &target}};
    checked(::epoll_ctl(set_.number(), EPOLL_CTL_MOD, socket.number(), &event), "epoll_ctl");
}

void io_loop::run_once(int milliseconds) {
    std::array<epoll_event, 128> ready;
    const int count = ::epoll_wait(set_.number(), ready.data(), ready.size(), milliseconds);
    if (count < 0 && errno != EINTR) checked(count, "epoll_wait");
    for (int i = 0; i < count; ++i) {
        auto& target = *static_cast<io_target*>(ready[static_cast<std::size_t>(i)].data.ptr);
        const auto events = ready[static_cast<std::size_t>(i)].events;
        if ((events & EPOLLOUT) != 0) target.on_writable();
        if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) target.on_readable();
    }
}

}  // namespace fuzz
