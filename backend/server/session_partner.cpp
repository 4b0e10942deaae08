// The part of a session that waits for the partner: FLUSHALL, WAIT, and every write where the
// configuration says `ack = "partner"`.
#include "backend/commands/table.hpp"
#include "backend/server/ack_batch.hpp"
#include "backend/server/partner_status.hpp"
#include "backend/server/session.hpp"
#include "shared/resp/integer.hpp"

#include <utility>

namespace backend {

/// Runs a request whose reply may have to wait. Replies behind one that waits wait, too; what was
/// answered before leaves with this turn.
void session::answer_confirmed(std::span<const std::string_view> words) {
    const version before = with_.partner->newest();
    const std::size_t queued_before = queued();
    dispatch(words);
    if (closed()) return;
    const bool wrote = wrote_ > before;
    if (!wrote && held_.empty()) return;
    if (held_.empty()) with_.confirmations->join(self_, before);
    auto& replies = out();
    const std::size_t size = queued() - queued_before;
    held_.add(std::string_view(replies).substr(replies.size() - size), wrote);
    replies.resize(replies.size() - size);
    if (with_.flusher != nullptr) with_.flusher->forget(self_, queued_before);
}

void session::confirm(bool confirmed) {
    awaiting_ = false;
    wake();
    // What the log could not keep is not confirmed either.
    const bool kept = with_.log == nullptr || with_.log->admits() == durable_log::gate::open;
    out() += held_.take(confirmed && kept);
}

/// Whether the reply is wanted is settled here: SKIP is over when it comes.
void session::begin_wait() noexcept {
    waiting_ = true;
    unwanted_ = replies_ != reply_mode::on;
}

/// `wrote`: the reply is true only if the log keeps what was changed.
void session::answer_later(std::string_view reply, bool wrote) {
    waiting_ = false;
    if (unwanted_) return wake();
    if (!held_.empty()) return held_.add(reply, wrote);
    wake();
    const std::size_t begin = queued();
    out() += reply;
    if (wrote) settle_with_log(begin);
}

void session::tell_partner_status() {
    if (with_.partner == nullptr)
        return answer_error("ERR this backend is configured without a partner");
    shared::append_bulk(
        out(), "partner:" + to_string(with_.partner->partner()) + "\r\n" +
                   partner_lines(with_.partner->status(), with_.data.stats().tombstones, ""));
}

void session::verify_partner() {
    if (with_.partner == nullptr)
        return answer_error("ERR this backend is configured without a partner");
    begin_wait();
    with_.partner->verify(owner(),
                          [&clients = with_.clients, self = self_](const verification_result& found,
                                                                   const std::string& problem) {
                              auto* const waiting = clients.find(self);
                              if (waiting == nullptr) return;
                              std::string reply = "-ERR cannot compare: " + problem + "\r\n";
                              if (problem.empty()) {
                                  reply.clear();
                                  shared::append_bulk(reply, verification_lines(found));
                              }
                              waiting->answer_later(reply, false);
                          });
}

void session::forget_partner() {
    if (with_.partner == nullptr)
        return answer_error("ERR this backend is configured without a partner");
    const auto problem = with_.partner->forget_partner();
    if (!problem.empty()) return answer_error("ERR " + problem);
    shared::append_simple(out(), "OK");
}

void session::greet_partner(std::string_view nonce) {
    auto greeted = with_.partner->greet(nonce);
    nonces_ = std::move(greeted.nonces);
    if (nonces_ == nullptr) return answer_error(greeted.error);
    out() += hello_answer(nonces_->listener);
}

/// A nonce is for one attempt.
void session::link_partner(std::span<const std::string_view> words) {
    const auto nonces = std::move(nonces_);
    const auto offer = with_.partner->offer(words, nonces.get());
    if (!offer.error.empty()) return answer_error(offer.error);
    with_.partner->accept(owner(), release(), *offer.partner, nonces.get(), with_.flusher);
}

/// FLUSHALL of a pair. First our clock is brought past everything that the partner has answered, so
/// that the flush is newer; it is answered when the partner has it, so that everything written
/// later, on either side, is newer still. Whatever the two clocks say. A partner that does not
/// answer the first question in time is taken for one that is away, and not waited for again:
/// others ask over the same connection.
void session::flush_everywhere(std::span<const std::string_view> words) {
    begin_wait();
    const std::vector<std::string> kept(words.begin(), words.end());
    const auto until = shared::steady_now() + with_.ack_timeout;
    after_partner({.until = until, .unless_lost = true}, [kept, until](session& self, bool heard) {
        self.flush_and_tell(kept, heard ? shared::steady_now() + self.with_.ack_timeout : until);
    });
}

/// Flushes, and answers when the partner has it; at the latest at `until`.
void session::flush_and_tell(const std::vector<std::string>& words, shared::steady_time until) {
    const std::vector<std::string_view> again(words.begin(), words.end());
    std::string reply;
    const bool must = with_.confirmations != nullptr;
    awaited_change flushed{.until = until, .unless_lost = true};
    if (must) flushed = {.after = with_.partner->newest(), .until = until};
    command_context context{with_.data, shared::unix_now(), state_.version, reply};
    run_command(*shared::find_command(again[0]), again, context);
    wrote_ = with_.partner->newest();
    // The record leaves with this turn; whether the log has it is told with the reply.
    owner().events().at_end_of_turn(*with_.flusher, shared::turn_phase::first);
    after_partner(flushed, [reply, must](session& done, bool confirmed) {
        const bool is_error = reply.starts_with('-');
        done.answer_later(must && !confirmed && !is_error ? not_confirmed : std::string_view(reply),
                          true);
    });
}

/// As in Redis, where a replica is the partner here: there is one at the most, so to wait for more
/// is to wait for it. In a transaction nothing waits.
void session::wait_for_partner(std::span<const std::string_view> words) {
    const auto wanted = shared::parse_integer(words[1]);
    if (!wanted) return answer_error("ERR value is not an integer or out of range");
    const auto patience = shared::parse_integer(words[2]);
    if (!patience || *patience > longest_wait)
        return answer_error("ERR timeout is not an integer or out of range");
    if (*patience < 0) return answer_error("ERR timeout is negative");
    const bool has_all = with_.partner != nullptr && with_.partner->has_acknowledged(wrote_);
    if (has_all || *wanted <= 0 || in_exec_ || with_.partner == nullptr)
        return shared::append_integer(out(), has_all ? 1 : 0);
    awaited_change what{.after = 0};
    if (*patience != 0) what.until = shared::steady_now() + std::chrono::milliseconds(*patience);
    begin_wait();
    after_partner(what, [](session& self, bool confirmed) {
        self.answer_later(confirmed ? ":1\r\n" : ":0\r\n", false);
    });
}

/// Runs `then` when the partner has all that was changed until now, or that is given up, if this
/// client is still there.
void session::after_partner(const awaited_change& what, std::function<void(session&, bool)> then) {
    with_.partner->after_acknowledgement(
        owner(), what,
        [&clients = with_.clients, self = self_, work = std::move(then)](bool confirmed) {
            if (auto* const waiting = clients.find(self)) work(*waiting, confirmed);
        });
}

}  // namespace backend
