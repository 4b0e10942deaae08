#include "tests/fuzz/backends.hpp"

namespace fuzz {

void backend_link::on_readable() {
    if (!socket_.is_open()) return;
    bool reset = false;
    const bool open = receive(socket_, in_, reset);
    take_requests();
    if (open) return;
    closed_by_proxy_ = true;
    socket_.close();
}

void backend_link::take_requests() {
    std::string_view rest = in_;
    words request;
    auto status = reply_status::complete;
    while (socket_.is_open() && !rest.empty()) {
        status = take_canonical(rest, request);
        if (status != reply_status::complete) break;
        if (lower(request[0]) == "ping") {
            send("+PONG\r\n");
        } else {
            owner_.answer_(*this, request);
        }
    }
    if (status == reply_status::malformed && owner_.complaint_.empty())
        owner_.complaint_ = "the proxy sent to a backend " + escaped(rest.substr(0, 2000));
    in_.erase(0, in_.size() - rest.size());
}

void backend_link::send(std::string_view bytes) {
    if (!socket_.is_open()) return;
    const bool waiting = !out_.empty();
    out_ += bytes;
    if (waiting) return;
    push();
    if (!out_.empty()) owner_.loop_.want_writable(socket_, *this, true);
}

void backend_link::on_writable() {
    if (!socket_.is_open()) return;
    push();
    if (out_.empty()) owner_.loop_.want_writable(socket_, *this, false);
}

void backend_link::push() {
    const auto sent = send_some(socket_, out_);
    // If the proxy has closed, the next read tells.
    out_.erase(0, sent ? *sent : out_.size());
    if (out_.empty() && ending_) end_sending(socket_);
}

void backend_link::end_when_sent() {
    ending_ = true;
    if (out_.empty() && socket_.is_open()) end_sending(socket_);
}

void backends::door::on_readable() {
    while (true) {
        auto made = accept_from(listener);
        if (!made.is_open()) return;
        auto& link = owner->links_.emplace_back(*owner, std::move(made));
        owner->loop_.add(link.socket(), link);
    }
}

backends::backends(io_loop& loop, script answer) : loop_(loop), answer_(std::move(answer)) {
    for (auto& one : doors_) {
        one.owner = this;
        one.listener = listen_anywhere();
        loop_.add(one.listener, one);
    }
}

void backends::sweep() {
    links_.remove_if([](const backend_link& link) { return !link.is_open(); });
}

}  // namespace fuzz
