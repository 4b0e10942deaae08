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

version stamp_of(store& data, std::string_view key, shared::unix_ms now) {
    const auto entry = data.open(key, now);
    return entry.exists() ? entry.stamp() : 0;
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
            watched_.clear();
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

void session::end_transaction() noexcept {
    transaction_.reset();
    watched_.clear();
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
        if (watched_.has(key)) continue;
        if (!watched_.add(key, stamp_of(with_.data, key, shared::unix_now())))
            return answer_error(too_large);
    }
    out() += shared::ok_reply;
}

void session::queue(std::span<const std::string_view> words) {
    const auto* const spec = shared::find_command(words[0]);
    const bool known = spec != nullptr && serves(*spec) && spec->id != command_id::partner;
    const bool fits = known && shared::arity_fits(*spec, words.size());
    if (fits && is_immediate(spec->id)) return answer(words);
    if (!fits) {
        transaction_->spoil();
        if (known) return answer_wrong_arity(*spec);
        return answer_error(shared::unknown_command_error(words));
    }
    if (is_about_data(*spec) && !admitted(spec->has(shared::writes))) return transaction_->spoil();
    if (!transaction_->add(words)) {
        transaction_->spoil();
        return answer_error(too_large);
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

/// The shards of all keys are held from the check of the watched ones to the last command: nobody
/// sees a part of it, and nobody comes between.
void session::exec() {
    if (!transaction_) return answer_error("ERR EXEC without MULTI");
    const auto queued = std::move(transaction_);
    const auto watched = std::exchange(watched_, {});
    end_transaction();
    if (queued->spoiled()) {
        return answer_error("EXECABORT Transaction discarded because of previous errors.");
    }
    if (!queue_admitted(*queued)) return;
    const auto now = shared::unix_now();
    const auto held = keys_to_hold(*queued, watched);
    const auto group = held.everything ? with_.data.hold_all(now) : with_.data.hold(held.keys, now);
    const bool changed = std::any_of(
        watched.keys().begin(), watched.keys().end(),
        [&](const watched_key& one) { return stamp_of(with_.data, one.key, now) != one.stamp; });
    if (changed) {
        out() += state_.version == shared::protocol::resp3 ? "_\r\n" : "*-1\r\n";
        return;
    }
    shared::append_array_header(out(), queued->size());
    in_exec_ = true;
    queued->for_each([this](std::span<const std::string_view> words) {
        run(*shared::find_command(words[0]), words);
    });
    in_exec_ = false;
}

}  // namespace backend
