#include "backend/replication/link_sender.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace backend {
namespace {

using boost::system::error_code;

constexpr std::chrono::milliseconds redial_interval{200};
constexpr std::chrono::milliseconds heartbeat_interval{200};
constexpr std::size_t entries_per_scan = 8;  // few, for they may be large
constexpr unsigned scans_per_step = 32;
constexpr std::size_t exchange_ahead =
    1024 * 1024;  // unsent bytes beyond which the exchange waits for the socket
constexpr std::chrono::milliseconds patience_interval{5};
constexpr std::size_t read_size = 4096;
constexpr std::size_t longest_mark = 256;

}  // namespace

link_sender::link_sender(boost::asio::io_context& context, const sender_settings& settings,
                         store& data, hybrid_clock& clock, clock_guard& guard, outbox& records,
                         hooks callbacks)
    : context_(context),
      settings_(settings),
      data_(data),
      clock_(clock),
      guard_(guard),
      hooks_(std::move(callbacks)),
      resolver_(context),
      socket_(context),
      redial_(context),
      heartbeat_(context),
      deadline_(context),
      patience_(context),
      outbox_(records),
      read_room_(read_size, '\0') {
    outbox_.attach([this] { boost::asio::post(context_, [this] { wait_writable(); }); },
                   [this] {
                       boost::asio::post(context_, [this] {
                           if (linked_ && !outbox_.is_open())
                               lose("it takes records more slowly than they are made");
                       });
                   });
}

void link_sender::stop() {
    stopped_ = true;
    lose({});
}

void link_sender::dial() {
    const auto attempt = ++attempt_;
    arm_deadline();
    resolver_.async_resolve(
        settings_.partner.host, std::to_string(settings_.partner.port),
        [this, attempt](error_code problem,
                        const boost::asio::ip::tcp::resolver::results_type& found) {
            if (attempt != attempt_) return;
            if (problem) return lose(problem.message());
            socket_.async_connect(found.begin()->endpoint(), [this, attempt](error_code failed) {
                if (attempt != attempt_) return;
                if (failed == boost::asio::error::connection_refused) hooks_.on_refused();
                if (failed) return lose(failed.message());
                greet();
            });
        });
}

void link_sender::greet() {
    error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    request_ = link_request(hooks_.introduce());
    boost::asio::async_write(socket_, boost::asio::buffer(request_),
                             [this, attempt = attempt_](error_code problem, std::size_t) {
                                 if (attempt != attempt_) return;
                                 if (problem) return lose(problem.message());
                                 inbound_.clear();
                                 read_answer();
                             });
}

void link_sender::read_answer() {
    socket_.async_read_some(
        boost::asio::buffer(read_room_),
        [this, attempt = attempt_](error_code problem, std::size_t size) {
            if (attempt != attempt_) return;
            if (problem) return lose(problem.message());
            inbound_.append(read_room_, 0, size);
            if (!inbound_.ends_with("\r\n")) {
                if (inbound_.size() > read_size) return lose("its answer is too long");
                return read_answer();
            }
            const auto partner = read_link_answer(inbound_);
            if (!partner) return lose("it answered: " + inbound_.substr(0, inbound_.find('\r')));
            begin(*partner);
        });
}

void link_sender::begin(const introduction& partner) {
    linked_ = exchanging_ = true;
    inbound_.clear();
    cursor_ = {};
    exchanged_ = 0;
    exchange_seen_ = false;
    lag_.on_opened(outbox_.total());
    hooks_.on_linked(partner);
    // Opened before the scan begins: what changes from here on is sent by whoever changes it.
    outbox_.open(socket_.native_handle());
    waiters_.on_opened(clock_.next(shared::unix_now()));
    arm_deadline();
    read_marks();
    heartbeat();
    exchange();
}

/// One step of the exchange; the next follows at once, behind what else the worker has to do, or
/// when the socket takes more.
void link_sender::exchange() {
    if (!exchanging_) return;
    // Full by what other workers have not sent yet: only bytes that the socket refuses bring it
    // back here.
    if (!outbox_.flush() && outbox_.unsent() >= exchange_ahead) return;
    const auto append = [this](const effect& what) { outbox_.append(what); };
    bool more = true;
    for (unsigned i = 0; more && i < scans_per_step && outbox_.unsent() < exchange_ahead; ++i) {
        more = data_.scan(cursor_, entries_per_scan, append, shared::unix_now());
    }
    if (!more) {
        exchanging_ = false;
        exchanged_ = mark(mark_exchanged);
        waiters_.on_exchanged(exchanged_);
    }
    outbox_.flush();
    if (!more || step_posted_) return;
    step_posted_ = true;
    boost::asio::post(context_, [this] {
        step_posted_ = false;
        exchange();
    });
}

void link_sender::heartbeat() {
    mark(mark_alive);
    outbox_.flush();
    heartbeat_.expires_after(heartbeat_interval);
    heartbeat_.async_wait([this, attempt = attempt_](error_code problem) {
        if (!problem && attempt == attempt_) heartbeat();
    });
}

version link_sender::mark(std::string_view which) {
    const version stamp = clock_.next(shared::unix_now());
    outbox_.append({.kind = effect_kind::mark, .stamp = stamp, .value = which});
    lag_.on_marked(stamp, outbox_.total(), shared::steady_now());
    return stamp;
}

void link_sender::after_acknowledgement(const awaited_change& what, acknowledgement then) {
    if (stopped_ || (!linked_ && !what.until)) return then(false);
    waiters_.wait(what, linked_ ? mark(mark_alive) : 0, std::move(then));
    outbox_.flush();
    if (what.until && !watching_waiters_) watch_waiters();
}

void link_sender::watch_waiters() {
    waiters_.expire(shared::steady_now());
    watching_waiters_ = waiters_.timed();
    if (!watching_waiters_) return;
    patience_.expires_after(patience_interval);
    patience_.async_wait([this](error_code problem) {
        if (!problem) watch_waiters();
    });
}

void link_sender::read_marks() {
    socket_.async_read_some(boost::asio::buffer(read_room_),
                            [this, attempt = attempt_](error_code problem, std::size_t size) {
                                if (attempt != attempt_) return;
                                if (problem) return lose(problem.message());
                                inbound_.append(read_room_, 0, size);
                                arm_deadline();
                                take_marks();
                                if (attempt == attempt_) read_marks();
                            });
}

void link_sender::take_marks() {
    std::size_t taken = 0;
    for (;;) {
        const auto next = read_record(std::string_view(inbound_).substr(taken), longest_mark);
        if (!next && next.error() == shared::errc::record_incomplete) break;
        if (!next) return lose(next.error().message());
        taken += next->size;
        const auto seen = seen_mark(next->what);
        if (!seen) return lose("it answered a mark with something else");
        if (guard_.refuses(next->what.stamp, shared::unix_now())) {
            hooks_.on_refused_version(next->what.stamp);
            return lose("its clock is too far ahead");
        }
        clock_.observe(next->what.stamp);
        lag_.on_seen(*seen, shared::steady_now());
        // Before the exchange is whole, what the partner has says nothing of what it has not.
        if (exchanged_ != 0 && *seen >= exchanged_) {
            if (!std::exchange(exchange_seen_, true)) exchanged_at_ = shared::unix_now();
            hooks_.on_seen(*seen);
        }
        waiters_.on_seen(*seen);
    }
    inbound_.erase(0, taken);
}

void link_sender::wait_writable() {
    if (!linked_) return;
    socket_.async_wait(boost::asio::socket_base::wait_write,
                       [this, attempt = attempt_](error_code problem) {
                           if (problem || attempt != attempt_) return;
                           arm_deadline();  // it takes bytes, so it lives
                           outbox_.resume();
                           exchange();
                       });
}

void link_sender::arm_deadline() {
    deadline_.expires_after(settings_.timeout);
    deadline_.async_wait([this, attempt = attempt_](error_code problem) {
        if (!problem && attempt == attempt_) lose("it was silent for too long");
    });
}

void link_sender::lose(const std::string& why) {
    ++attempt_;
    outbox_.close();
    const bool was_linked = std::exchange(linked_, false);
    exchanging_ = false;
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    heartbeat_.cancel();
    deadline_.cancel();
    waiters_.on_lost();
    if (stopped_) {
        waiters_.expire(shared::steady_time::max());
        patience_.cancel();
        return;
    }
    hooks_.on_lost(why);
    // A link that was up is dialled at once: if the port refuses, the partner is gone for certain.
    dial_after(was_linked ? std::chrono::milliseconds(0) : redial_interval);
}

void link_sender::dial_after(std::chrono::milliseconds pause) {
    redial_.expires_after(pause);
    redial_.async_wait([this](error_code problem) {
        if (!problem && !stopped_) dial();
    });
}

}  // namespace backend
