#include "tests/bench/load/client.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace bench {

client::client(const std::string& host, std::uint16_t port, std::size_t pipeline)
    : socket_(host, port), ring_(pipeline) {
    socket_.set_non_blocking();
}

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
            ::send(descriptor(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
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
