// What a session does with replies that are too large to be held: see session.hpp.
#include "proxy/frontend/dispatcher.hpp"
#include "proxy/frontend/session.hpp"

#include <algorithm>
#include <utility>

namespace proxy {
namespace {

/// Bytes that are queued for the client before a backend's connection is left unread.
constexpr std::size_t passed_on_ahead = 256UL * 1024;

/// What the parts of one MGET may hold, for to assemble large parts item by item costs more.
constexpr std::size_t gathered_at_once = 1024UL * 1024;

}  // namespace

connection* session::move_to_lane(link& backend, std::uint64_t request) {
    auto* const lane = lanes_.take(backend, request);
    if (lane != nullptr) way_ = way::moving;
    return lane;
}

large_choice session::on_large(connection& from, const ticket& whose, std::size_t at_least) {
    if (!order_.is_open(whose.request)) return large_choice::discard;
    if (whose.gathered) return on_large_part(from, whose, at_least);
    if (whose.shape != shared::reply_shape::as_is) return hold_or_refuse(whose, at_least);
    const bool own = lanes_.has(from);
    const bool is_head = order_.head() == whose.request;
    if (!own && backends_.ask_again(*this, from, whose)) return large_choice::discard;
    if (!own && (has_room_for(at_least) || !is_head)) return hold_or_refuse(whose, at_least);
    if (!is_head) {
        large_.push_back({whose, &from});
        return large_choice::wait;
    }
    passing_on_ = true;
    backends_.counts().large_replies_passed_on.add();
    return large_choice::pass_on;
}

large_choice session::on_large_part(connection& from, const ticket& whose, std::size_t at_least) {
    auto& parts = order_.parts_of(whose.request);
    const std::size_t with_others = parts.held() + at_least;
    if (parts.kind() != gather_kind::values) return hold_or_refuse(whose, with_others);
    if (waiting_part(whose.request, whose.part) != nullptr)  // resumed
        return is_passing_on(whose.request) ? large_choice::pass_on : large_choice::wait;
    if (with_others <= gathered_at_once) return large_choice::hold;
    if (!lanes_.has(from)) {
        if (backends_.ask_again(*this, from, whose)) return large_choice::discard;
        return hold_or_refuse(whose, with_others);
    }
    parts.add_large(whose.part);
    large_.push_back({whose, &from});
    auto* const next = begin_head();
    if (next == &from) return large_choice::pass_on;
    go_on(next);
    // An error of another part may have been the whole reply.
    return order_.is_open(whose.request) ? large_choice::wait : large_choice::discard;
}

/// For a reply that can't be asked for on a lane.
large_choice session::hold_or_refuse(const ticket& whose, std::size_t at_least) {
    if (has_room_for(at_least)) return large_choice::hold;
    backends_.refuse_large(whose);
    return large_choice::discard;
}

bool session::has_room_for(std::size_t bytes) const noexcept {
    const std::size_t most = backends_.pool().clients.buffer;
    return queued() + order_.held() + bytes <= most;
}

bool session::on_piece(connection& from, const ticket& whose, const shared::reply_piece& piece) {
    if (whose.gathered && piece.depth == 0) return true;  // a part's first line: we have our own
    append_piece(whose, piece);
    passed_on_ += piece.bytes.size();
    wake();
    if (!whose.gathered && piece.ends_reply) {
        end_large(whose.request);
        return true;
    }
    // The connection goes on to the next reply: it has no part in this one any more.
    if (whose.gathered && piece.ends_reply) forget_waiting(whose);
    if (whose.gathered && piece.ends_item) {
        order_.parts_of(whose.request).item_passed_on();
        return pass_on_next(&from, whose) || piece.ends_reply;
    }
    if (queued() < passed_on_ahead) return true;
    if (!lanes_.has(from)) {
        keep_up();
        return true;
    }
    stalled_ = &from;
    return false;
}

/// Ends a client for which more waits than its buffer may hold. A shared connection is not left
/// unread, so a client has to read as fast as its replies come, but for that.
void session::keep_up() {
    if (has_room_for(0)) return;
    backends_.counts().closed_full.add();
    close();
}

void session::append_piece(const ticket& whose, const shared::reply_piece& piece) {
    if (piece.is_line) {
        append_line(out(), piece.bytes, whose.version());
    } else {
        out() += piece.bytes;
    }
}

/// Goes on to the next item of a gathered reply. True if `from` goes on with it at once.
bool session::pass_on_next(connection* from, const ticket& whose) {
    auto& parts = order_.parts_of(whose.request);
    const auto next = parts.next_large(out(), whose.version());
    if (!next) {
        end_large(whose.request);
        return true;
    }
    auto* const source = waiting_part(whose.request, *next)->from;
    if (queued() >= passed_on_ahead) {
        stalled_ = source;
        return false;
    }
    if (source != from) source->resume();
    return source == from;
}

void session::end_large(std::uint64_t request) {
    passing_on_ = false;
    count_reply(request, std::exchange(passed_on_, 0));
    if (auto parts = order_.take_parts(request)) backends_.give_back(std::move(parts));
    order_.complete(request, {}, out());
    wake();
    std::erase_if(large_, [request](const waiting_reply& one) {
        if (one.whose.request != request) return false;
        one.from->resume();  // it still has this reply, which is dropped
        return true;
    });
    go_on(begin_head());
}

/// If the oldest request has a large reply that waits, lets it begin. The connection that it comes
/// from; null if nothing begins.
connection* session::begin_head() {
    if (passing_on_ || order_.pending() == 0) return nullptr;
    const auto head = order_.head();
    const auto own = std::ranges::find_if(
        large_, [head](const waiting_reply& one) { return one.whose.request == head; });
    if (own == large_.end()) return nullptr;
    const auto [whose, from] = *own;
    if (!whose.gathered) {
        large_.erase(own);
        return from;  // it will ask once more
    }
    auto& parts = order_.parts_of(head);
    if (!parts.complete()) return nullptr;
    passing_on_ = true;
    backends_.counts().large_replies_passed_on.add();
    wake();
    if (!parts.start_values(out())) {
        end_large(head);
        return nullptr;
    }
    return waiting_part(head, *parts.next_large(out(), whose.version()))->from;
}

void session::go_on(connection* with) {
    if (with != nullptr) with->resume();
}

void session::on_room() {
    if (stalled_ == nullptr || queued() >= passed_on_ahead) return;
    go_on(std::exchange(stalled_, nullptr));
}

void session::forget_waiting(const ticket& whose) noexcept {
    std::erase_if(large_, [&](const waiting_reply& one) {
        return one.whose.request == whose.request && one.whose.part == whose.part;
    });
}

void session::forget_large(const ticket& whose) {
    forget_waiting(whose);
    if (whose.gathered && order_.is_open(whose.request))
        order_.parts_of(whose.request).lose_large(whose.part);
}

session::waiting_reply* session::waiting_part(std::uint64_t request, std::uint16_t part) noexcept {
    const auto found = std::ranges::find_if(large_, [&](const waiting_reply& one) {
        return one.whose.request == request && one.whose.part == part;
    });
    return found == large_.end() ? nullptr : &*found;
}

}  // namespace proxy
