#include "backend/commands/expiry_options.hpp"
#include "backend/store/group.hpp"

#include <optional>
#include <vector>

namespace backend {
namespace {

struct set_options {
    bool only_new = false;       // NX
    bool only_existing = false;  // XX
    bool get = false;
    bool keep_expiry = false;  // KEEPTTL
    expiry_choice expiry;
};

/// Sets the option without argument that `word` names; false if there is none or it contradicts an
/// earlier one.
bool apply_flag(std::string_view word, set_options& options) noexcept {
    if (shared::same_word(word, "nx") && !options.only_existing) return options.only_new = true;
    if (shared::same_word(word, "xx") && !options.only_new) return options.only_existing = true;
    if (shared::same_word(word, "get")) return options.get = true;
    if (shared::same_word(word, "keepttl") && options.expiry.option == nullptr)
        return options.keep_expiry = true;
    return false;
}

/// The options of SET, `words` behind its value; nothing for a syntax error.
std::optional<set_options> parse_set_options(words_view words) noexcept {
    set_options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (apply_flag(words[i], options)) continue;
        if (options.keep_expiry || !options.expiry.take(words, i)) return std::nullopt;
    }
    return options;
}

/// The absolute time that `options` ask for, 0 without one; nothing, and an error is appended, if
/// it is none.
std::optional<shared::unix_ms> expiry_time(const set_options& options, command_context& context) {
    if (options.expiry.option == nullptr) return 0;
    return parse_expiry(options.expiry.time, options.expiry.option->unit, "set", context);
}

void append_value_of(std::string_view key, command_context& context) {
    auto entry = context.data.open(key, context.now);
    append_value(entry, context);
}

std::vector<std::string_view> every_second(words_view words) {
    std::vector<std::string_view> keys;
    keys.reserve(words.size() / 2);
    for (std::size_t i = 0; i < words.size(); i += 2) keys.push_back(words[i]);
    return keys;
}

/// True if a key of MSETNX, which are every second word, exists.
bool any_exists(words_view keys_and_values, command_context& context) {
    for (std::size_t i = 0; i < keys_and_values.size(); i += 2) {
        if (context.data.open(keys_and_values[i], context.now).exists()) return true;
    }
    return false;
}

bool all_fit(words_view keys_and_values, const command_context& context) {
    for (std::size_t i = 0; i < keys_and_values.size(); i += 2) {
        const auto key = keys_and_values[i];
        if (!context.data.could_hold(key.size(), keys_and_values[i + 1].size())) return false;
    }
    return true;
}

/// False if memory does not suffice: then nothing is set, unless the system itself has none left.
bool set_all(words_view keys_and_values, command_context& context) {
    if (!all_fit(keys_and_values, context)) return false;
    for (std::size_t i = 0; i < keys_and_values.size(); i += 2) {
        auto entry = context.data.open(keys_and_values[i], context.now);
        if (!entry.set(keys_and_values[i + 1], 0)) return false;
    }
    return true;
}

}  // namespace

void run_get(words_view words, command_context& context) {
    append_value_of(words[1], context);
}

/// The keys are held together: who reads what MSET has set sees all of it or none. The reply is
/// made no longer than it may be by more than one value.
void run_mget(words_view words, command_context& context) {
    const std::size_t reply = context.out.size();
    shared::append_array_header(context.out, words.size() - 1);
    if (words.size() == 2) return append_value_of(words[1], context);
    const auto at_once = context.data.hold(words.subspan(1), context.now);
    for (const auto key : words.subspan(1)) {
        append_value_of(key, context);
        if (context.out.size() - reply <= context.longest_reply) continue;
        context.out.resize(reply);
        return shared::append_error(context.out, reply_too_large);
    }
}

void run_set(words_view words, command_context& context) {
    const auto options = parse_set_options(words.subspan(3));
    if (!options) return shared::append_error(context.out, syntax_error);
    const auto expires_at = expiry_time(*options, context);
    if (!expires_at) return;

    auto entry = context.data.open(words[1], context.now);
    const std::size_t reply = context.out.size();
    if (options->get) append_value(entry, context);
    if (entry.exists() ? options->only_new : options->only_existing) {
        if (!options->get) shared::append_null(context.out, context.version);
        return;
    }
    const bool kept = options->keep_expiry && entry.exists();
    if (!entry.set(words[2], kept ? entry.expires_at() : *expires_at)) {
        context.out.resize(reply);
        return shared::append_error(context.out, out_of_memory);
    }
    if (!options->get) context.out += shared::ok_reply;
}

void run_mset(words_view words, command_context& context) {
    if (words.size() % 2 == 0) {
        return shared::append_error(context.out, shared::wrong_arity_error("mset"));
    }
    const auto pairs = words.subspan(1);
    const auto keys = every_second(pairs);
    const auto all_or_none = context.data.hold(keys, context.now);
    if (!set_all(pairs, context)) return shared::append_error(context.out, out_of_memory);
    context.out += shared::ok_reply;
}

void run_msetnx(words_view words, command_context& context) {
    if (words.size() % 2 == 0) {
        return shared::append_error(context.out, shared::wrong_arity_error("msetnx"));
    }
    const auto pairs = words.subspan(1);
    const auto keys = every_second(pairs);
    const auto all_or_none = context.data.hold(keys, context.now);
    if (any_exists(pairs, context)) return shared::append_integer(context.out, 0);
    if (!set_all(pairs, context)) return shared::append_error(context.out, out_of_memory);
    shared::append_integer(context.out, 1);
}

}  // namespace backend
