#include "proxy/upstream/connection.hpp"

#include "shared/log/log.hpp"

#include <utility>

namespace proxy {
namespace {

/// What a Redis that is full says to a connection before it closes it, whatever has been asked.
constexpr std::string_view turned_away = "-ERR max number of clients";

}  // namespace

connection::connection(shared::worker& owner, const connection_settings& settings, reply_sink& sink)
    : owner_(owner),
      settings_(settings),
      sink_(sink),
      parser_(settings.limits),
      stream_(settings.limits),
      granted_(settings.large_reply),
      held_up_to_(settings.large_reply),
      tries_(first_wait, longest_wait),
      random_(std::random_device()()),
      silence_(settings.most_timeouts, settings.request_timeout) {}

connection::~connection() {
    disconnect();
}

void connection::commit(const ticket& whose, shared::steady_time now) {
    pipeline_.end_request(whose, now + settings_.request_timeout);
    ensure_connected(now);
    if (state_ == state::connected)
        owner_.events().at_end_of_turn(*this, shared::turn_phase::requests);
}

void connection::ensure_connected(shared::steady_time now) {
    if (state_ == state::idle && tries_.may_try(now)) connect(now);
}

void connection::connect(shared::steady_time now) {
    state_ = state::connecting;
    tries_.on_try(now, std::generate_canonical<double, 32>(random_));
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
    moved_ = true;
    socket_.emplace(std::move(made));
    try {
        owner_.events().add(socket_->descriptor(), *this);
    } catch (const boost::system::system_error& problem) {
        return give_up(problem.what());
    }
    owner_.events().at_end_of_turn(*this, shared::turn_phase::requests);
}

void connection::on_io(shared::io_events events) {
    hangup_ = hangup_ || events.hangup;
    if (events.writable && write_blocked_) {
        write_blocked_ = false;
        was_blocked_ = true;
        owner_.events().at_end_of_turn(*this, shared::turn_phase::requests);
    }
    if (events.readable) read();
}

void connection::give_up(const char* why) {
    shared::log_warn(std::string("closing a connection to a backend: ") + why);
    fail(failure::lost);
}

void connection::at_end_of_turn() {
    write();
    owner_.events().expect(pipeline_.in_flight());
}

void connection::write() {
    while (state_ == state::connected && !write_blocked_ && !pipeline_.unsent().empty()) {
        const auto sent = socket_->write_some(pipeline_.unsent());
        if (sent.closed) return fail(failure::lost);
        write_blocked_ = sent.would_block;
        // The kernel of a backend that is suspended takes what is small: only room that was
        // missing and is there now shows that somebody reads.
        if (sent.size != 0 && std::exchange(was_blocked_, false)) moved_ = true;
        pipeline_.mark_sent(sent.size);
    }
}

void connection::read() {
    if (resumed_) {
        resumed_ = false;
        if (!in_.bytes().empty()) take_replies(false);
        if (state_ != state::connected) return;
    }
    if (paused_) return;  // `resume` will read
    const auto got = in_.read(*socket_, owner_.scratch(), parser_.missing());
    if (got.closed) return fail(failure::lost);
    if (got.size != 0) moved_ = true;
    take_replies(got.more);
}

void connection::take_replies(bool more) {
    if (!answered_ && in_.bytes().starts_with(turned_away)) return fail(failure::not_sent);
    std::size_t taken = 0;
    if (!take(in_.bytes(), taken)) return fail(failure::malformed);
    in_.use(taken, parser_.missing());
    owner_.events().at_end_of_turn(*this, shared::turn_phase::requests);
    if ((more || hangup_) && !paused_) owner_.events().again(*this);
}

/// Hands on every whole reply in `bytes`, and what there is of one that is passed on; false if they
/// break the protocol.
bool connection::take(std::string_view bytes, std::size_t& taken) {
    while (taken < bytes.size() && !paused_) {
        if (!pipeline_.expects_reply()) return false;
        // Even if it is no reply: who draws that from it must not make the others wait.
        if (!answered_) tries_.on_success();
        const auto before = std::pair(taken, reading_);
        const bool sound = reading_ == reading::whole_replies ? take_reply(bytes, taken)
                                                              : take_pieces(bytes, taken);
        if (!sound) return false;
        if (before == std::pair(taken, reading_)) return true;  // more bytes are needed
        answered_ = true;
    }
    return true;
}

/// Takes one reply if it is whole; one that is large and not to be held is begun to be taken in
/// pieces.
bool connection::take_reply(std::string_view bytes, std::size_t& taken) {
    const auto rest = bytes.substr(taken);
    if (!has_type(rest, pipeline_.oldest().types)) return false;
    const auto status = parser_.parse(rest);
    if (status == shared::parse_status::malformed) return false;
    const bool whole = status == shared::parse_status::complete;
    const std::size_t size = whole ? parser_.consumed() : rest.size() + parser_.missing();
    const bool large = size > (whole ? granted_ : held_up_to_);
    if ((whole || large) && !has_count(rest)) return false;
    // Errors are no longer than a line, and never in pieces.
    if (large && rest.front() != '-' && !take_large(size)) {
        parser_ = shared::reply_parser(settings_.limits);  // it begins anew, in pieces or later
        return true;
    }
    if (!whole) return true;
    taken += size;
    granted_ = held_up_to_ = settings_.large_reply;
    if (rest.starts_with("-LOADING ")) return take_loading(), true;
    if (const auto whose = pipeline_.take_reply()) sink_.on_reply(*whose, rest.substr(0, size));
    return true;
}

/// It has been restarted before a probe could see it gone. Somebody else may have the data.
void connection::take_loading() {
    const std::string request(pipeline_.oldest_request());
    if (const auto whose = pipeline_.take_reply())
        sink_.on_failure(*whose, request, failure::loading);
}

/// Whether an array holds as many items as were asked for. Requires: the first line is whole.
bool connection::has_count(std::string_view reply) const noexcept {
    const auto values = pipeline_.oldest().values;
    return values == 0 || reply.front() != '*' || shared::reply_number(reply) == values;
}

/// Asks what is to be done with a reply of so many bytes or more. True if it is to be held.
bool connection::take_large(std::size_t at_least) {
    const auto whose = pipeline_.next_reply();
    const auto choice = whose ? sink_.on_large(*this, *whose, at_least) : large_choice::discard;
    switch (choice) {
        case large_choice::hold:
            granted_ = at_least;
            held_up_to_ = 2 * at_least;
            return true;
        case large_choice::wait:
            pause();
            return false;
        case large_choice::discard:
            pipeline_.give_up_oldest();
            reading_ = reading::discarding;
            return false;
        case large_choice::pass_on:
            reading_ = reading::passing_on;
            progress_ = true;
            return false;
    }
    return true;
}

bool connection::take_pieces(std::string_view bytes, std::size_t& taken) {
    while (taken < bytes.size() && !paused_) {
        const auto piece = stream_.next(bytes.substr(taken));
        if (piece.status != shared::parse_status::complete)
            return piece.status == shared::parse_status::need_more;
        taken += piece.bytes.size();
        progress_ = true;
        const auto whose = pipeline_.next_reply();
        if (piece.ends_reply) end_large();
        if (whose && !sink_.on_piece(*this, *whose, piece)) pause();
        if (piece.ends_reply) return true;
    }
    return true;
}

void connection::end_large() {
    reading_ = reading::whole_replies;
    granted_ = held_up_to_ = settings_.large_reply;
    pipeline_.take_reply();
}

void connection::resume() {
    if (!paused_) return;
    paused_ = false;
    resumed_ = progress_ = true;
    owner_.events().again(*this);
}

void connection::tick(shared::steady_time now) {
    // As deadlines are, what moved since the last tick is dated back to it.
    const auto since = std::exchange(last_tick_, now);
    if (std::exchange(moved_, false)) silence_.on_movement(since);
    if (state_ == state::connecting && now >= connect_deadline_) {
        sink_.on_unreachable(settings_.backend);
        return fail(failure::not_sent);
    }
    // Too early to try again: whoever waits is better served elsewhere.
    if (state_ == state::idle && !pipeline_.empty()) return fail(failure::not_sent);
    const bool progress = std::exchange(progress_, false);
    // While a reply is passed on or kept waiting, what stands behind it can't come.
    if (paused_ || (progress && reading_ != reading::discarding)) {
        pipeline_.extend(now + settings_.request_timeout);
        return;
    }
    pipeline_.take_out_unsent(now, [this](const ticket& whose, std::string_view request) {
        sink_.on_failure(whose, request, failure::not_sent);
    });
    expire(now);
    const auto oldest = pipeline_.oldest_deadline();
    if (!oldest || now < *oldest) return;
    if (silence_.takes_for_silent(now) && sink_.on_silent(settings_.backend))
        return fail(failure::lost);
    if (!progress && now >= *oldest + (patience - 1) * settings_.request_timeout)
        fail(failure::lost);
}

/// Answers what has waited too long.
void connection::expire(shared::steady_time now) {
    pipeline_.expire(now, [&](const ticket& whose) {
        silence_.on_timeout();
        sink_.on_failure(whose, {}, failure::timed_out);
    });
}

void connection::fail(failure what) {
    disconnect();
    pipeline_.fail_all([this, what](const ticket& whose, std::string_view request, bool sent) {
        sink_.on_failure(whose, request, sent ? what : failure::not_sent);
    });
}

void connection::abandon() {
    disconnect();
    pipeline_ = pipeline();
}

void connection::disconnect() {
    if (socket_) {
        owner_.events().remove(socket_->descriptor(), *this);
        // What is under way is asked elsewhere: it must not be done here afterwards.
        if (!pipeline_.empty()) socket_->abort();
    }
    owner_.events().cancel(*this);
    socket_.reset();
    if (connecting_) {
        boost::system::error_code ignored;
        connecting_->close(ignored);
        connecting_.reset();
    }
    in_.clear();
    parser_ = shared::reply_parser(settings_.limits);
    stream_ = shared::reply_stream(settings_.limits);
    granted_ = held_up_to_ = settings_.large_reply;
    reading_ = reading::whole_replies;
    write_blocked_ = was_blocked_ = hangup_ = paused_ = resumed_ = progress_ = answered_ = false;
    state_ = state::idle;
}

}  // namespace proxy
