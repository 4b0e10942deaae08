#include "backend/commands/expiry_options.hpp"

#include <algorithm>
#include <optional>

namespace backend {
namespace {

/// When EXPIRE may change the expiry.
struct expire_conditions {
    bool none_yet = false;  // NX
    bool has_one = false;   // XX
    bool later = false;     // GT
    bool earlier = false;   // LT
};

bool* condition_named(std::string_view word, expire_conditions& conditions) noexcept {
    if (shared::same_word(word, "nx")) return &conditions.none_yet;
    if (shared::same_word(word, "xx")) return &conditions.has_one;
    if (shared::same_word(word, "gt")) return &conditions.later;
    if (shared::same_word(word, "lt")) return &conditions.earlier;
    return nullptr;
}

/// The conditions among `words`; nothing, and an error is appended, if they are unknown or
/// contradict each other.
std::optional<expire_conditions> parse_conditions(words_view words, std::string& out) {
    expire_conditions conditions;
    for (const auto word : words) {
        bool* const condition = condition_named(word, conditions);
        if (condition == nullptr) {
            shared::append_error(
                out, "ERR Unsupported option " + std::string(word.substr(0, shared::longest_echo)));
            return std::nullopt;
        }
        *condition = true;
    }
    if (conditions.none_yet && (conditions.has_one || conditions.later || conditions.earlier)) {
        shared::append_error(out,
                             "ERR NX and XX, GT or LT options at the same time are not compatible");
        return std::nullopt;
    }
    if (conditions.later && conditions.earlier) {
        shared::append_error(out, "ERR GT and LT options at the same time are not compatible");
        return std::nullopt;
    }
    return conditions;
}

/// `held` is the current expiry; 0, none, counts as later than any time.
bool allowed(const expire_conditions& conditions, shared::unix_ms held,
             shared::unix_ms wanted) noexcept {
    if (conditions.none_yet && held != 0) return false;
    if (conditions.has_one && held == 0) return false;
    if (conditions.later && (held == 0 || wanted <= held)) return false;
    return !conditions.earlier || held == 0 || wanted < held;
}

void expire(words_view words, expiry_unit unit, std::string_view command,
            command_context& context) {
    const auto conditions = parse_conditions(words.subspan(3), context.out);
    if (!conditions) return;
    const auto time = parse_time(words[2], unit, command, context);
    if (!time) return;

    auto entry = context.data.open(words[1], context.now);
    if (!entry.exists() || !allowed(*conditions, entry.expires_at(), *time)) {
        return shared::append_integer(context.out, 0);
    }
    if (*time <= context.now) {
        entry.erase();  // not left to set_expiry, for which 0 is no time
    } else if (!entry.set_expiry(*time)) {
        return shared::append_error(context.out, out_of_memory);
    }
    shared::append_integer(context.out, 1);
}

/// When the key expires, counted from `origin` in milliseconds; -1: never; -2: there is no such
/// key. Asking is not using: it neither counts as a hit nor saves the entry from eviction.
std::int64_t expiry_since(shared::unix_ms origin, std::string_view key, command_context& context) {
    const auto entry = context.data.open(key, context.now);
    if (!entry.exists()) return -2;
    if (entry.expires_at() == 0) return -1;
    return std::max<std::int64_t>(entry.expires_at() - origin, 0);
}

/// To the nearest. Split before rounding: half a second more than the largest number of
/// milliseconds does not fit.
std::int64_t in_seconds(std::int64_t milliseconds) noexcept {
    if (milliseconds < 0) return milliseconds;
    return milliseconds / 1000 + (milliseconds % 1000 >= 500 ? 1 : 0);
}

}  // namespace

void run_expire(words_view words, command_context& context) {
    expire(words, {true, true}, "expire", context);
}

void run_pexpire(words_view words, command_context& context) {
    expire(words, {false, true}, "pexpire", context);
}

void run_expireat(words_view words, command_context& context) {
    expire(words, {true, false}, "expireat", context);
}

void run_pexpireat(words_view words, command_context& context) {
    expire(words, {false, false}, "pexpireat", context);
}

void run_ttl(words_view words, command_context& context) {
    shared::append_integer(context.out, in_seconds(expiry_since(context.now, words[1], context)));
}

void run_pttl(words_view words, command_context& context) {
    shared::append_integer(context.out, expiry_since(context.now, words[1], context));
}

void run_expiretime(words_view words, command_context& context) {
    shared::append_integer(context.out, in_seconds(expiry_since(0, words[1], context)));
}

void run_pexpiretime(words_view words, command_context& context) {
    shared::append_integer(context.out, expiry_since(0, words[1], context));
}

void run_persist(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    const bool changes = entry.exists() && entry.expires_at() != 0;
    if (changes && !entry.set_expiry(0)) {
        return shared::append_error(context.out, out_of_memory);
    }
    shared::append_integer(context.out, changes ? 1 : 0);
}

}  // namespace backend
