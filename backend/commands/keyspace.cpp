#include "backend/commands/handlers.hpp"

namespace backend {

/// UNLINK differs in Redis in who frees the memory; here the caller does.
void run_del(words_view words, command_context& context) {
    std::int64_t removed = 0;
    for (const auto key : words.subspan(1)) {
        auto entry = context.data.open(key, context.now);
        removed += entry.exists() ? 1 : 0;
        entry.erase();
    }
    shared::append_integer(context.out, removed);
}

void run_exists(words_view words, command_context& context) {
    std::int64_t found = 0;
    for (const auto key : words.subspan(1))
        found += context.data.open(key, context.now).exists() ? 1 : 0;
    shared::append_integer(context.out, found);
}

void run_touch(words_view words, command_context& context) {
    std::int64_t found = 0;
    for (const auto key : words.subspan(1)) {
        auto entry = context.data.open(key, context.now);
        look_up(entry);
        found += entry.exists() ? 1 : 0;
    }
    shared::append_integer(context.out, found);
}

void run_type(words_view words, command_context& context) {
    const bool exists = context.data.open(words[1], context.now).exists();
    shared::append_simple(context.out, exists ? "string" : "none");
}

void run_dbsize(words_view /*words*/, command_context& context) {
    shared::append_integer(context.out, static_cast<std::int64_t>(context.data.size()));
}

/// FLUSHDB is the same, for there is one database. ASYNC and SYNC differ in Redis in who waits for
/// the memory; here nobody does.
void run_flushall(words_view words, command_context& context) {
    const bool known =
        words.size() == 1 || (words.size() == 2 && (shared::same_word(words[1], "async") ||
                                                    shared::same_word(words[1], "sync")));
    if (!known) return shared::append_error(context.out, syntax_error);
    context.data.flush(context.now);
    context.out += shared::ok_reply;
}

}  // namespace backend
