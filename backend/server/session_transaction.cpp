// The part of a session that is about MULTI: queueing, and EXEC over the shards of all its keys.
#include "backend/commands/table.hpp"
#include "backend/server/session.hpp"
#include "backend/store/group.hpp"

#include <algorithm>
#include <optional>

namespace backend {
namespace {

using shared::command_id;

constexpr std::string_view too_large =
    "ERR the transaction is too large: its commands and watched keys may take 64mb";

/// What a transaction does not queue, but does at once.
bool is_immediate(command_id id) noexcept {
    using enum command_id;
    return id == exec || id == discard || id == multi || id == watch || id == quit || id == reset;
}

/// Whether the key has changed since it was watched. It is watched no longer.
bool take_change(store& data, const watched_key& one, shared::unix_ms now) {
    auto entry = data.open(one.key, now);
    const bool came = one.stamp == 0 && entry.end_absence_watch() != one.arrivals;
    return came || (entry.exists() ? entry.stamp() : 0) != one.stamp;
}

}  // namespace

bool session::run_transaction_command(const shared::command_spec& spec,
                                      std::span<const std::string_view> words) {
    switch (spec.id) {
        case command_id::multi:
            begin_transaction();
            break;
        case command_id::exec:
            exec();
            break;
        case command_id::discard:
            discard();
            break;
        case command_id::watch:
            watch(words.subspan(1));
            break;
        case command_id::unwatch:
            end_watch(shared::unix_now());
            out() += shared::ok_reply;
            break;
        default:
            return false;
    }
    return true;
}

void session::begin_transaction() {
    if (transaction_) return answer_error("ERR MULTI calls can not be nested");
    transaction_ = std::make_unique<transaction>();
    record_.queued = 0;
    out() += shared::ok_reply;
}

void session::end_transaction() {
    transaction_.reset();
    end_watch(shared::unix_now());
    record_.queued = -1;
}

void session::discard() {
    if (!transaction_) return answer_error("ERR DISCARD without MULTI");
    end_transaction();
    out() += shared::ok_reply;
}

void session::watch(std::span<const std::string_view> keys) {
    if (transaction_) return answer_error("ERR WATCH inside MULTI is not allowed");
    for (const auto key : keys) {
        if (!watched_.has(key) && !watch(key)) return answer_error(too_large);
    }
    out() += shared::ok_reply;
}

/// False if there are too many.
bool session::watch(std::string_view key) {
    auto entry = with_.data.open(key, shared::unix_now());
    if (entry.exists()) return watched_.add(key, entry.stamp(), 0);
    if (watched_.add(key, 0, entry.watch_absence())) return true;
    entry.end_absence_watch();
    return false;
}

/// Whether a watched key has changed. Requires: a group that the thread holds has them all.
bool session::end_watch(shared::unix_ms now) {
    bool changed = false;
    for (const auto& one : watched_.keys()) changed |= take_change(with_.data, one, now);
    watched_.clear();
    return changed;
}

void session::queue(std::span<const std::string_view> words) {
    const auto* const spec = shared::find_command(words[0]);
    const bool known = spec != nullptr && serves(*spec) && spec->id != command_id::partner;
    const bool fits = known && shared::arity_fits(*spec, words.size());
    if (fits && is_immediate(spec->id)) return answer(words);
    if (!fits) {
        transaction_->spoil();
        if (known) return answer_wrong_arity(*spec);
        return refuse(shared::unknown_command_error(words));
    }
    if (is_about_data(*spec) && !admitted(spec->has(shared::writes))) return transaction_->spoil();
    if (!transaction_->add(words)) {
        transaction_->spoil();
        return refuse(too_large);
    }
    record_.queued = static_cast<std::int32_t>(transaction_->size());
    shared::append_simple(out(), "QUEUED");
}

bool session::queue_admitted(const transaction& queued) {
    bool writes = false;
    queued.for_each([&writes](std::span<const std::string_view> words) {
        writes = writes || shared::find_command(words[0])->has(shared::writes);
    });
    return admitted(writes);
}

/// Bytes that the reply of a command may take, if it is one of several values.
std::uint64_t session::reply_room() const noexcept {
    const std::uint64_t taken = in_exec_ ? queued() - exec_begin_ : 0;
    return with_.max_reply - std::min(taken, with_.max_reply);
}

/// The reply of EXEC is one: a command whose part would make it too large has an error there, and
/// the others theirs. What was changed stays so. A reply shorter than the error stays, too, so what
/// comes beyond `max_reply` is bounded by the number of commands.
void session::bound_reply_in_exec(bool wrote, std::size_t reply_begin) {
    if (queued() - exec_begin_ <= with_.max_reply) return;
    std::string error;
    shared::append_error(
        error, std::string(reply_too_large) + (wrote ? "; what the command changes is done" : ""));
    auto& replies = out();
    const std::size_t size = queued() - reply_begin;
    if (size <= error.size() || replies[replies.size() - size] == '-') return;
    replies.resize(replies.size() - size);
    replies += error;
}

/// The shards of all keys are held from the check of the watched ones to the last command: nobody
/// sees a part of it, and nobody comes between.
void session::exec() {
    if (!transaction_) return answer_error("ERR EXEC without MULTI");
    const auto queued = std::move(transaction_);
    if (queued->spoiled()) {
        end_transaction();
        return answer_error("EXECABORT Transaction discarded because of previous errors.");
    }
    if (!queue_admitted(*queued)) return end_transaction();
    const auto now = shared::unix_now();
    const auto held = keys_to_hold(*queued, watched_);
    const auto group = held.everything ? with_.data.hold_all(now) : with_.data.hold(held.keys, now);
    const bool changed = end_watch(now);
    end_transaction();
    if (changed) {
        out() += state_.version == shared::protocol::resp3 ? "_\r\n" : "*-1\r\n";
        return;
    }
    exec_begin_ = session::queued();
    shared::append_array_header(out(), queued->size());
    in_exec_ = true;
    queued->for_each([this](std::span<const std::string_view> words) {
        run(*shared::find_command(words[0]), words);
    });
    in_exec_ = false;
}

}  // namespace backend
