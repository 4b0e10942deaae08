// The commands that SET and GET with options have replaced, and those that read and change at once.
#include "backend/commands/expiry_options.hpp"

namespace backend {
namespace {

/// SETEX and PSETEX: key, time, value.
void set_with_time(words_view words, bool seconds, std::string_view command,
                   command_context& context) {
    const auto expires_at = parse_expiry(words[2], {seconds, true}, command, context);
    if (!expires_at) return;
    if (!context.data.open(words[1], context.now).set(words[3], *expires_at)) {
        return shared::append_error(context.out, out_of_memory);
    }
    context.out += shared::ok_reply;
}

struct getex_options {
    expiry_choice expiry;
    bool persist = false;
};

/// The options of GETEX, `words` behind its key; nothing for a syntax error.
std::optional<getex_options> parse_getex_options(words_view words) noexcept {
    getex_options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (shared::same_word(words[i], "persist") && options.expiry.option == nullptr) {
            options.persist = true;
        } else if (options.persist || !options.expiry.take(words, i)) {
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace

void run_setnx(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    if (entry.exists()) return shared::append_integer(context.out, 0);
    if (!entry.set(words[2], 0)) return shared::append_error(context.out, out_of_memory);
    shared::append_integer(context.out, 1);
}

void run_setex(words_view words, command_context& context) {
    set_with_time(words, true, "setex", context);
}

void run_psetex(words_view words, command_context& context) {
    set_with_time(words, false, "psetex", context);
}

void run_getset(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    if (!entry.could_hold(words[2].size())) {
        return shared::append_error(context.out, out_of_memory);
    }
    const std::size_t reply = context.out.size();
    append_value(entry, context);
    if (entry.set(words[2], 0)) return;
    context.out.resize(reply);
    shared::append_error(context.out, out_of_memory);
}

/// The time is looked at only when there is a key: Redis answers null first.
void run_getex(words_view words, command_context& context) {
    const auto options = parse_getex_options(words.subspan(2));
    if (!options) return shared::append_error(context.out, syntax_error);
    auto entry = context.data.open(words[1], context.now);
    if (!entry.exists()) return append_value(entry, context);
    shared::unix_ms expires_at = options->persist ? 0 : entry.expires_at();
    if (options->expiry.option != nullptr) {
        const auto wanted =
            parse_expiry(options->expiry.time, options->expiry.option->unit, "getex", context);
        if (!wanted) return;
        expires_at = *wanted;
    }
    const std::size_t reply = context.out.size();
    append_value(entry, context);
    if (expires_at == entry.expires_at() || entry.set_expiry(expires_at)) return;
    context.out.resize(reply);
    shared::append_error(context.out, out_of_memory);
}

void run_getdel(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    append_value(entry, context);
    if (entry.exists()) entry.erase();
}

}  // namespace backend
