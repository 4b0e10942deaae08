// Commands that are about no key: the time, databases of which there is one, functions of which
// there are none.
#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

#include <limits>

namespace backend {

std::optional<std::int64_t> parse_database(std::string_view text, command_context& context,
                                           std::string_view error) {
    using limits = std::numeric_limits<std::int32_t>;
    const auto number = shared::parse_integer(text);
    if (number && *number >= limits::min() && *number <= limits::max()) return number;
    if (error.empty()) {
        error = number ? "ERR value is out of range, value must between -2147483648 and 2147483647"
                       : not_an_integer;
    }
    shared::append_error(context.out, error);
    return std::nullopt;
}

/// Seconds and microseconds, the latter to the millisecond, which is what a session tells.
void run_time(words_view /*words*/, command_context& context) {
    shared::append_array_header(context.out, 2);
    shared::append_bulk(context.out, std::to_string(context.now / 1000));
    shared::append_bulk(context.out, std::to_string(context.now % 1000 * 1000));
}

void run_move(words_view words, command_context& context) {
    const auto database = parse_database(words[2], context);
    if (!database) return;
    shared::append_error(context.out, *database == 0 ? same_object : no_such_database);
}

void run_swapdb(words_view words, command_context& context) {
    const auto first = parse_database(words[1], context, "ERR invalid first DB index");
    if (!first) return;
    const auto second = parse_database(words[2], context, "ERR invalid second DB index");
    if (!second) return;
    if (*first != 0 || *second != 0) return shared::append_error(context.out, no_such_database);
    context.out += shared::ok_reply;
}

/// FLUSH alone: test suites for Redis begin with it.
void run_function(words_view words, command_context& context) {
    if (!shared::same_word(words[1], "flush") || words.size() > 3) {
        return shared::append_error(context.out,
                                    shared::unknown_subcommand_error(words[1], "function"));
    }
    if (words.size() == 3 && !shared::same_word(words[2], "sync") &&
        !shared::same_word(words[2], "async")) {
        return shared::append_error(context.out,
                                    "ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    }
    context.out += shared::ok_reply;
}

}  // namespace backend
