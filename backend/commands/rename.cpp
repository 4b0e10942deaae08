// Keys whose entries take another name, or get a second one. Both keys are held meanwhile.
#include "backend/commands/handlers.hpp"
#include "backend/store/group.hpp"

#include <array>

namespace backend {
namespace {

struct kept_value {
    std::string value;
    shared::unix_ms expires_at;
};

/// A copy of what the key holds.
std::optional<kept_value> read(std::string_view key, command_context& context) {
    auto entry = context.data.open(key, context.now);
    if (!entry.exists()) return std::nullopt;
    entry.touch();
    return kept_value{std::string(entry.value()), entry.expires_at()};
}

enum class outcome : std::uint8_t { done, taken, no_memory };

/// Puts `what` under `key`; one that is taken is left unless `replace`.
outcome put(std::string_view key, const kept_value& what, bool replace, command_context& context) {
    auto entry = context.data.open(key, context.now);
    if (!replace && entry.exists()) return outcome::taken;
    return entry.set(what.value, what.expires_at) ? outcome::done : outcome::no_memory;
}

/// What RENAME answers for `renamed`; RENAMENX has numbers.
void append_outcome(bool with_number, bool renamed, command_context& context) {
    if (with_number) return shared::append_integer(context.out, renamed ? 1 : 0);
    context.out += shared::ok_reply;
}

void rename(words_view words, bool only_new, command_context& context) {
    const auto both = context.data.hold(words.subspan(1), context.now);
    const auto moved = read(words[1], context);
    if (!moved) return shared::append_error(context.out, "ERR no such key");
    if (words[1] == words[2]) return append_outcome(only_new, false, context);
    switch (put(words[2], *moved, !only_new, context)) {
        case outcome::no_memory:
            return shared::append_error(context.out, out_of_memory);
        case outcome::taken:
            return append_outcome(only_new, false, context);
        case outcome::done:
            break;
    }
    context.data.open(words[1], context.now).erase();
    append_outcome(only_new, true, context);
}

/// The options of COPY, `words` behind its keys: whether it replaces. Nothing, and an error is
/// appended, if they are wrong or name another database than the one there is.
std::optional<bool> parse_copy_options(words_view words, command_context& context) {
    bool replace = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (shared::same_word(words[i], "replace")) {
            replace = true;
        } else if (shared::same_word(words[i], "db") && i + 1 < words.size()) {
            const auto database = parse_database(words[++i], context);
            if (!database) return std::nullopt;
            if (*database == 0) continue;
            shared::append_error(context.out, no_such_database);
            return std::nullopt;
        } else {
            shared::append_error(context.out, syntax_error);
            return std::nullopt;
        }
    }
    return replace;
}

}  // namespace

void run_rename(words_view words, command_context& context) {
    rename(words, false, context);
}

void run_renamenx(words_view words, command_context& context) {
    rename(words, true, context);
}

void run_copy(words_view words, command_context& context) {
    const auto replace = parse_copy_options(words.subspan(3), context);
    if (!replace) return;
    if (words[1] == words[2]) return shared::append_error(context.out, same_object);
    const auto both = context.data.hold(words.subspan(1, 2), context.now);
    const auto copied = read(words[1], context);
    if (!copied) return shared::append_integer(context.out, 0);
    const auto result = put(words[2], *copied, *replace, context);
    if (result == outcome::no_memory) return shared::append_error(context.out, out_of_memory);
    shared::append_integer(context.out, result == outcome::done ? 1 : 0);
}

}  // namespace backend
