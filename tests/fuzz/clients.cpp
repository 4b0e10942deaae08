#include "tests/fuzz/clients.hpp"

#include <algorithm>

namespace fuzz {
namespace {

constexpr std::chrono::seconds patience{30};

}  // namespace

stream_client::stream_client(io_loop& loop, std::uint16_t port, std::uint64_t number, stream sent)
    : number_(number),
      stream_(std::move(sent)),
      socket_(connect_to(port, number)),
      deadline_(std::chrono::steady_clock::now() + patience) {
    if (socket_.is_open()) loop.add(socket_, *this);
}

bool stream_client::send_next() {
    if (ended_ || is_over()) return false;
    if (sent_ == piece_end_ && piece_ < stream_.pieces.size()) {
        piece_end_ += stream_.pieces[piece_++];
    }
    const auto left = std::string_view(stream_.bytes).substr(sent_, piece_end_ - sent_);
    if (!left.empty()) {
        const auto gone = send_some(socket_, left);
        // The proxy has ended the connection already, which it may after QUIT or an error.
        if (!gone) return ended_ = true, false;
        sent_ += *gone;
    }
    if (sent_ < stream_.bytes.size()) return true;
    end_sending(socket_);
    ended_ = true;
    return false;
}

void stream_client::on_readable() {
    if (receive(socket_, received_, reset_)) return;
    socket_.close();
}

void run_clients(io_loop& loop, std::uint16_t port, const options& wanted,
                 const std::function<bool(const stream_client&)>& on_end,
                 const std::function<bool()>& idle) {
    std::vector<std::unique_ptr<stream_client>> active;
    std::uint64_t next = wanted.first;
    const std::uint64_t last = wanted.first + wanted.streams;
    while (next != last || !active.empty()) {
        if (!idle()) return;
        while (next != last && active.size() < wanted.connections) {
            active.push_back(
                std::make_unique<stream_client>(loop, port, next, make_stream(wanted.seed, next)));
            ++next;
        }
        bool sending = false;
        for (auto& one : active) sending = one->send_next() || sending;
        loop.run_once(sending ? 0 : 100);
        for (auto& one : active) {
            if (!one->is_over() && !one->is_late()) continue;
            if (!on_end(*one)) return;
            one.reset();
        }
        std::erase(active, nullptr);
    }
}

}  // namespace fuzz
