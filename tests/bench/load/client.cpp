#include "tests/bench/load/client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace bench {

namespace {

[[noreturn]] void give_up(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int connect_to(const std::string& host, std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &where.sin_addr) != 1) {
        errno = EINVAL;
        give_up("--host " + host);
    }
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) give_up("socket");
    const int on = 1;
    if (::connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        ::fcntl(made, F_SETFL, O_NONBLOCK) != 0) {
        const int problem = errno;
        ::close(made);
        errno = problem;
        give_up("connection to port " + std::to_string(port));
    }
    return made;
}

}  // namespace

client::client(const std::string& host, std::uint16_t port, std::size_t pipeline)
    : descriptor_(connect_to(host, port)), ring_(pipeline) {}

client::~client() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

client::client(client&& other) noexcept
    : rest(std::move(other.rest)),
      wants_to_write(other.wants_to_write),
      taken(other.taken),
      waiting(other.waiting),
      descriptor_(std::exchange(other.descriptor_, -1)),
      ring_(std::move(other.ring_)),
      first_(other.first_),
      count_(other.count_),
      out_(std::move(other.out_)),
      sent_(other.sent_) {}

void client::ask(const pending& one, const workload& work) {
    const std::size_t at = first_ + count_++;
    ring_[at < ring_.size() ? at : at - ring_.size()] = one;
    work.encode(one.asked, out_);
}

void client::drop_oldest() noexcept {
    if (++first_ == ring_.size()) first_ = 0;
    --count_;
}

client::sending client::flush() noexcept {
    while (sent_ < out_.size()) {
        const auto size =
            ::send(descriptor_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (size < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN ? sending::partly : sending::failed;
        }
        sent_ += static_cast<std::size_t>(size);
    }
    out_.clear();
    sent_ = 0;
    return sending::done;
}

}  // namespace bench
