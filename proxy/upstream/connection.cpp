#include "proxy/upstream/connection.hpp"

#include "shared/log/log.hpp"

namespace proxy {
namespace {

/// A backend that leaves a request unanswered for so many request time-outs is cut: its late reply
/// will not come.
constexpr int patience = 5;

}  // namespace

connection::connection(shared::worker& owner, const connection_settings& settings, reply_sink& sink)
    : owner_(owner), settings_(settings), sink_(sink), parser_(settings.limits) {}

connection::~connection() {
    disconnect();
}

void connection::commit(const ticket& whose, shared::steady_time now) {
    pipeline_.end_request(whose, now + settings_.request_timeout);
    if (state_ == state::idle) connect(now);
    if (state_ == state::connected)
        owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
}

void connection::ensure_connected(shared::steady_time now) {
    if (state_ == state::idle) connect(now);
}

void connection::connect(shared::steady_time now) {
    state_ = state::connecting;
    connect_deadline_ = now + settings_.connect_timeout;
    connecting_ = std::make_shared<boost::asio::ip::tcp::socket>(owner_.context());
    connecting_->async_connect(
        settings_.where, [this, made = connecting_](boost::system::error_code problem) {
            if (problem == boost::asio::error::operation_aborted || made != connecting_) return;
            connecting_.reset();
            if (!problem) return on_connected(std::move(*made));
            state_ = state::idle;
            if (!shared::is_own_shortage(problem)) sink_.on_unreachable(settings_.backend);
            fail(failure::not_sent);
        });
}

void connection::on_connected(boost::asio::ip::tcp::socket made) {
    state_ = state::connected;
    socket_.emplace(std::move(made));
    try {
        owner_.events().add(socket_->descriptor(), *this);
    } catch (const boost::system::system_error& problem) {
        return give_up(problem.what());
    }
    owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
}

void connection::on_io(shared::io_events events) {
    hangup_ = hangup_ || events.hangup;
    if (events.writable && write_blocked_) {
        write_blocked_ = false;
        owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
    }
    if (events.readable) read();
}

void connection::give_up(const char* why) {
    shared::log_warn(std::string("closing a connection to a backend: ") + why);
    fail(failure::lost);
}

void connection::at_end_of_turn() {
    write();
}

void connection::write() {
    while (state_ == state::connected && !write_blocked_ && !pipeline_.unsent().empty()) {
        const auto sent = socket_->write_some(pipeline_.unsent());
        if (sent.closed) return fail(failure::lost);
        write_blocked_ = sent.would_block;
        pipeline_.mark_sent(sent.size);
    }
}

void connection::read() {
    const auto got = in_.read(*socket_, owner_.scratch(), parser_.missing());
    if (got.closed) return fail(failure::lost);
    std::size_t taken = 0;
    if (!take_replies(in_.bytes(), taken)) return fail(failure::malformed);
    in_.use(taken, parser_.missing());
    if (got.more || hangup_) owner_.events().again(*this);
}

/// Hands on every whole reply in `bytes`; false if they break the protocol.
bool connection::take_replies(std::string_view bytes, std::size_t& taken) {
    while (taken < bytes.size()) {
        if (!pipeline_.expects_reply()) return false;
        const auto status = parser_.parse(bytes.substr(taken));
        if (status == shared::parse_status::malformed) return false;
        if (status == shared::parse_status::need_more) return true;
        const auto reply = bytes.substr(taken, parser_.consumed());
        taken += parser_.consumed();
        if (const auto whose = pipeline_.take_reply()) sink_.on_reply(*whose, reply);
    }
    return true;
}

void connection::tick(shared::steady_time now) {
    if (state_ == state::connecting && now >= connect_deadline_) {
        sink_.on_unreachable(settings_.backend);
        return fail(failure::not_sent);
    }
    pipeline_.expire(
        now, [this](const ticket& whose) { sink_.on_failure(whose, {}, failure::timed_out); });
    const auto oldest = pipeline_.oldest_deadline();
    if (oldest && now >= *oldest + (patience - 1) * settings_.request_timeout) fail(failure::lost);
}

void connection::fail(failure what) {
    disconnect();
    pipeline_.fail_all([this, what](const ticket& whose, std::string_view request, bool sent) {
        sink_.on_failure(whose, request, sent ? what : failure::not_sent);
    });
}

void connection::disconnect() {
    if (socket_) owner_.events().remove(socket_->descriptor(), *this);
    owner_.events().cancel(*this);
    socket_.reset();
    if (connecting_) {
        boost::system::error_code ignored;
        connecting_->close(ignored);
        connecting_.reset();
    }
    in_.clear();
    parser_ = shared::reply_parser(settings_.limits);
    write_blocked_ = hangup_ = false;
    state_ = state::idle;
}

}  // namespace proxy
