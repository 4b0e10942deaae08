#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

#include <charconv>
#include <limits>

namespace backend {
namespace {

/// Adds `step` to the number under `key`, an absent one being 0; its expiry stays.
void add(std::string_view key, std::int64_t step, command_context& context) {
    auto entry = context.data.open(key, context.now);
    std::int64_t number = 0;
    if (entry.exists()) {
        const auto held = shared::parse_integer(entry.value());
        if (!held) return shared::append_error(context.out, not_an_integer);
        number = *held;
    }
    if (__builtin_add_overflow(number, step, &number)) {
        return shared::append_error(context.out, "ERR increment or decrement would overflow");
    }
    char text[20];  // the longest: -9223372036854775808
    const char* const end = std::to_chars(text, text + sizeof text, number).ptr;
    if (!replace_value(entry, {text, static_cast<std::size_t>(end - text)}, context)) return;
    shared::append_integer(context.out, number);
}

}  // namespace

void run_incr(words_view words, command_context& context) {
    add(words[1], 1, context);
}

void run_decr(words_view words, command_context& context) {
    add(words[1], -1, context);
}

void run_incrby(words_view words, command_context& context) {
    const auto step = parse_integer_argument(words[2], context);
    if (!step) return;
    add(words[1], *step, context);
}

void run_decrby(words_view words, command_context& context) {
    const auto step = parse_integer_argument(words[2], context);
    if (!step) return;
    if (*step == std::numeric_limits<std::int64_t>::min()) {
        return shared::append_error(context.out, "ERR decrement would overflow");
    }
    add(words[1], -*step, context);
}

}  // namespace backend
