#include "shared/net/client_session.hpp"

#include "shared/log/log.hpp"

#include <sys/socket.h>

namespace shared {
namespace {

constexpr std::chrono::milliseconds longest_linger{500};

/// From then on a client without a request is idle.
constexpr std::chrono::seconds idle_from{1};

/// A large request that is still on its way has time as long as so much of it comes in each.
constexpr std::size_t least_progress = 16 * 1024;

}  // namespace

client_session::client_session(worker& owner, boost::asio::ip::tcp::socket from_asio,
                               const request_limits& limits)
    : owner_(owner),
      socket_(std::move(from_asio)),
      parser_(limits, owner.requests()),
      out_(owner.buffers()) {}

client_session::~client_session() {
    if (state_ != state::closed) owner_.events().remove(socket_.descriptor(), *this);
    owner_.events().cancel(*this);
}

void client_session::start(std::function<void()> on_closed) {
    on_closed_ = std::move(on_closed);
    owner_.events().add(socket_.descriptor(), *this);
}

void client_session::on_io(io_events events) {
    // What such a client sent and we have not read is not done: it may have asked elsewhere since.
    if (events.broken && state_ != state::closed) return close();
    hangup_ = hangup_ || events.hangup;
    if (events.writable && write_blocked_) {
        write_blocked_ = false;
        wake();
    }
    if (events.readable && state_ == state::open) read();
    if (events.readable && state_ == state::lingering) discard();
}

void client_session::give_up(const char* why) {
    log_warn("closing the connection of " + peer() + ": " + why);
    close();
}

void client_session::finish() {
    if (state_ != state::open) return;
    state_ = paused_ ? state::draining : state::finishing;
    wake();
}

void client_session::end() {
    if (!is_parsing()) return;
    state_ = state::finishing;
    wake();
}

void client_session::close() {
    if (state_ != state::closed) release().close();
}

socket client_session::release() {
    state_ = state::closed;
    owner_.events().remove(socket_.descriptor(), *this);
    owner_.events().cancel(*this);
    socket released = std::move(socket_);
    if (on_end_) on_end_();
    if (on_closed_) on_closed_();
    return released;
}

client_verdict client_session::check(steady_time now, const client_patience& patience) {
    if (state_ == state::closed || state_ == state::lingering) return client_verdict::fine;
    const auto what = waiting_for();
    if (what != awaited_ || came_along(what)) {
        awaited_ = what;
        since_ = now;
        rest_ = in_.bytes().size();
        progress_ = lean_ = false;
        return client_verdict::fine;
    }
    if (what == awaited::request && !lean_ && now - since_ >= idle_from) {
        release_memory();
        lean_ = true;
    }
    const auto over = [&](awaited which, std::chrono::microseconds limit) {
        return what == which && limit.count() != 0 && now - since_ >= limit;
    };
    auto verdict = client_verdict::fine;
    if (over(awaited::request, patience.idle)) verdict = client_verdict::idle;
    if (over(awaited::rest_of_request, patience.half_sent)) verdict = client_verdict::half_sent;
    if (over(awaited::reading, patience.slow_reader)) verdict = client_verdict::slow_reader;
    if (verdict != client_verdict::fine) close();
    return verdict;
}

client_session::awaited client_session::waiting_for() const {
    if (!out_.empty()) return awaited::reading;
    if (answers_pending()) return awaited::nothing;
    return in_.bytes().empty() ? awaited::request : awaited::rest_of_request;
}

bool client_session::came_along(awaited what) const noexcept {
    return progress_ ||
           (what == awaited::rest_of_request && in_.bytes().size() >= rest_ + least_progress);
}

void client_session::wake() {
    owner_.events().at_end_of_turn(*this, turn_phase::last);
}

void client_session::resume() {
    if (!paused_ || !is_parsing() || !reading_allowed()) return;
    paused_ = false;
    if (!in_.bytes().empty()) take_requests();
    if (paused_) return;
    if (state_ == state::open) owner_.events().again(*this);
    if (state_ == state::draining) {
        state_ = state::finishing;
        wake();
    }
}

bool client_session::reading_allowed() const {
    return out_.size() < high_water_mark && may_read();
}

void client_session::read() {
    // Also when a request is waiting for its time: the end of the stream must not be seen before
    // it.
    if (paused_ || !reading_allowed()) {
        paused_ = true;
        return;
    }
    const auto got = in_.read(socket_, owner_.scratch(), parser_.missing());
    if (got.closed) {
        ended_ = true;
        return finish();
    }
    take_requests();
    if ((got.more || hangup_) && state_ == state::open && !paused_) owner_.events().again(*this);
}

void client_session::take_requests() {
    const auto taken = parse(in_.bytes());
    in_.use(taken, parser_.missing());
}

/// Hands on every whole request in `bytes`; returns how many bytes they took.
std::size_t client_session::parse(std::string_view bytes) {
    std::size_t taken = 0;
    while (is_parsing() && taken < bytes.size()) {
        if (!reading_allowed()) {
            paused_ = true;
            break;
        }
        const auto status = parser_.parse(bytes.substr(taken));
        if (status == parse_status::need_more) break;
        if (status == parse_status::malformed) {
            on_malformed(parser_.error());
            end();
            break;
        }
        progress_ = true;
        const auto words = parser_.arguments();
        if (!words.empty() && !on_request(words)) {
            paused_ = true;
            break;
        }
        taken += parser_.consumed();
    }
    return is_parsing() ? taken : bytes.size();
}

void client_session::at_end_of_turn() {
    if (state_ == state::closed) return;
    try {
        flush();
        if (state_ == state::closed) return;
        close_if_done();
        resume();
        if (out_.size() < high_water_mark && state_ != state::closed) on_room();
    } catch (const std::exception& problem) {  // of a request that has waited, as in on_io
        give_up(problem.what());
    }
}

void client_session::flush() {
    while (!out_.empty() && !write_blocked_) {
        const auto sent = socket_.write_some(out_.front());
        if (sent.closed) return close();
        if (sent.would_block) write_blocked_ = true;
        if (sent.size != 0) progress_ = true;
        out_.consume(sent.size);
    }
    out_.release();
}

void client_session::close_if_done() {
    if (state_ != state::finishing || !out_.empty() || answers_pending()) return;
    if (ended_) return close();
    linger();
}

/// To close with bytes unread would send a reset, which takes with it what the client has not read
/// yet.
void client_session::linger() {
    state_ = state::lingering;
    ::shutdown(socket_.descriptor(), SHUT_WR);
    linger_limit_ = std::make_shared<boost::asio::steady_timer>(owner_.context(), longest_linger);
    // The time may be over, and the handler queued, in the turn that destroys this session.
    linger_limit_->async_wait(
        [this, alive = std::weak_ptr(linger_limit_)](boost::system::error_code problem) {
            if (!problem && !alive.expired()) close();
        });
    owner_.events().again(*this);
}

void client_session::discard() {
    const auto room = owner_.scratch();
    const auto got = socket_.read_some(room);
    if (got.closed) return close();
    if (got.size != 0) owner_.events().again(*this);
}

}  // namespace shared
