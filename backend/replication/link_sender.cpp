#include "backend/replication/link_sender.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace backend {
namespace {

using boost::system::error_code;

constexpr std::chrono::milliseconds patience_interval{5};
constexpr int pause_after_step = 8;  // times as long as the step
constexpr std::size_t read_size = 4096;

}  // namespace

std::size_t link_sender::socket_outlet::write_some(std::string_view bytes) noexcept {
    ssize_t sent = 0;
    do {
        sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

link_sender::link_sender(boost::asio::io_context& context, shared::address partner,
                         sending_half& half, outbox& records, hooks callbacks)
    : context_(context),
      partner_(std::move(partner)),
      half_(half),
      outbox_(records),
      hooks_(std::move(callbacks)),
      resolver_(context),
      socket_(context),
      redial_(context),
      due_(context),
      patience_(context),
      step_(context),
      read_room_(read_size, '\0') {
    outbox_.attach([this] { boost::asio::post(context_, [this] { wait_writable(); }); },
                   [this] {
                       boost::asio::post(context_, [this] {
                           if (half_.linked() && !outbox_.is_open())
                               lose("it takes records more slowly than they are made");
                       });
                   });
}

void link_sender::start() {
    half_.begin_life(shared::moment_now());
    dial();
}

void link_sender::stop() {
    stopped_ = true;
    lose({});
}

void link_sender::dial() {
    const auto attempt = ++attempt_;
    half_.on_dialled(shared::moment_now());
    watch();
    resolver_.async_resolve(
        partner_.host, std::to_string(partner_.port),
        [this, attempt](error_code problem,
                        const boost::asio::ip::tcp::resolver::results_type& found) {
            if (attempt != attempt_) return;
            if (problem) return lose(problem.message());
            socket_.async_connect(found.begin()->endpoint(), [this, attempt](error_code failed) {
                if (attempt != attempt_) return;
                if (failed == boost::asio::error::connection_refused) {
                    half_.on_nobody_there();
                    hooks_.on_nobody_there();
                }
                if (failed) return lose(failed.message());
                greet();
            });
        });
}

void link_sender::greet() {
    error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    outlet_.lead_to(socket_.native_handle());
    request_ = half_.greeting();
    boost::asio::async_write(socket_, boost::asio::buffer(request_),
                             [this, attempt = attempt_](error_code problem, std::size_t) {
                                 if (attempt != attempt_) return;
                                 if (problem) return lose(problem.message());
                                 read();
                             });
}

void link_sender::read() {
    socket_.async_read_some(boost::asio::buffer(read_room_),
                            [this, attempt = attempt_](error_code problem, std::size_t size) {
                                if (attempt != attempt_) return;
                                if (problem) return lose(problem.message());
                                const bool was_linked = half_.linked();
                                const auto wrong =
                                    half_.on_bytes(std::string_view(read_room_).substr(0, size),
                                                   outlet_, shared::moment_now());
                                if (!wrong.empty()) return lose(wrong);
                                if (!was_linked && half_.linked()) {
                                    watch();
                                    exchange();
                                }
                                read();
                            });
}

/// One step of the exchange. Before the next the worker serves its clients for a while.
void link_sender::exchange() {
    const auto began = shared::moment_now();
    if (!half_.exchange(began) || step_waits_) return;
    step_waits_ = true;
    step_.expires_after((shared::steady_now() - began.steady) * pause_after_step);
    step_.async_wait([this](error_code) {
        step_waits_ = false;
        exchange();
    });
}

void link_sender::wait_writable() {
    if (!half_.linked()) return;
    socket_.async_wait(boost::asio::socket_base::wait_write,
                       [this, attempt = attempt_](error_code problem) {
                           if (problem || attempt != attempt_) return;
                           half_.on_writable(shared::moment_now());
                           exchange();
                       });
}

void link_sender::watch() {
    due_.expires_at(half_.next_time());
    due_.async_wait([this, attempt = attempt_](error_code problem) {
        if (problem || attempt != attempt_) return;
        if (const auto wrong = half_.on_time(shared::moment_now()); !wrong.empty())
            return lose(wrong);
        watch();
    });
}

void link_sender::after_acknowledgement(const awaited_change& what, acknowledgement then) {
    half_.after_acknowledgement(what, std::move(then), shared::moment_now());
    if (what.until && !watching_waiters_) watch_waiters();
}

void link_sender::watch_waiters() {
    watching_waiters_ = half_.expire_waiters(shared::moment_now());
    if (!watching_waiters_) return;
    patience_.expires_after(patience_interval);
    patience_.async_wait([this](error_code problem) {
        if (!problem) watch_waiters();
    });
}

void link_sender::lose(const std::string& why) {
    ++attempt_;
    const auto pause = half_.on_lost();
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    due_.cancel();
    if (stopped_) {
        half_.stop();
        patience_.cancel();
        return;
    }
    hooks_.on_lost(why);
    dial_after(pause);
}

void link_sender::dial_after(std::chrono::milliseconds pause) {
    redial_.expires_after(pause);
    redial_.async_wait([this](error_code problem) {
        if (!problem && !stopped_) dial();
    });
}

}  // namespace backend
