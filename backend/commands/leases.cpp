// LEASE: of all who miss a key at once, one fills it.
//
//   LEASE GET key hold [STALE ms]         [value or null, number]
//       number = 0   the value is fresh
//       number > 0   fill it: the number is the token, good for `hold` milliseconds
//       number < 0   somebody else fills it: ask again; his time is over in -number milliseconds
//   LEASE SET key token value [EX s | PX ms | EXAT s | PXAT ms]
//                                         1: stored, 0: refused, for the token is outdated
//   LEASE DROP key token                  1: given up, the next who asks gets a lease; 0: as above
//
// Whatever changes the key, of this backend's clients or the partner's, makes its token outdated.
#include "backend/commands/expiry_options.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <array>

namespace backend {
namespace {

constexpr std::int64_t longest_hold = 3'600'000;

constexpr std::array<std::string_view, 12> help{
    "LEASE <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "DROP <key> <token>",
    "    Give up filling the key.",
    "GET <key> <hold> [STALE <milliseconds>]",
    "    Return the value and 0; or the stale value or null, and a token to fill the key",
    "    with in <hold> milliseconds, or, negative, for how long at most another fills it.",
    "    With STALE a value that expires within so many milliseconds is stale.",
    "SET <key> <token> <value> [EX|PX|EXAT|PXAT <time>]",
    "    Fill the key and return 1; or 0 if the token is outdated, because the key was",
    "    changed or another has got a lease.",
    "HELP",
    "    Prints this help.",
};

/// The token that `text` is, 0 for a number that is none; nothing, and an error is appended, for
/// other text.
std::optional<version> parse_token(std::string_view text, command_context& context) {
    const auto number = parse_integer_argument(text, context);
    if (!number) return std::nullopt;
    return static_cast<version>(std::max<std::int64_t>(*number, 0));
}

/// How long a lease is held; nothing, and an error is appended, if `text` does not say.
std::optional<std::int64_t> parse_hold(std::string_view text, command_context& context) {
    const auto hold = parse_integer_argument(text, context);
    if (!hold || (*hold > 0 && *hold <= longest_hold)) return hold;
    shared::append_error(context.out, "ERR a lease is held for 1 to 3600000 milliseconds");
    return std::nullopt;
}

/// How long before its end a value is stale, 0 without words; nothing, and an error is appended, if
/// they are wrong.
std::optional<std::int64_t> parse_stale(words_view words, command_context& context) {
    if (words.empty()) return 0;
    if (words.size() != 2 || !shared::same_word(words[0], "stale")) {
        shared::append_error(context.out, syntax_error);
        return std::nullopt;
    }
    const auto stale = parse_integer_argument(words[1], context);
    if (!stale || *stale >= 0) return stale;
    shared::append_error(context.out, "ERR STALE takes no negative time");
    return std::nullopt;
}

bool is_fresh(const store::entry_access& entry, std::int64_t stale, shared::unix_ms now) noexcept {
    return entry.exists() && (entry.expires_at() == 0 || entry.expires_at() - now > stale);
}

/// The number of LEASE GET for a key that is not fresh.
std::int64_t ask_for_lease(store::entry_access& entry, std::int64_t hold, shared::unix_ms now) {
    if (const auto held = entry.held_lease(); held.token != 0) return now - held.until;
    return static_cast<std::int64_t>(entry.grant_lease(now + hold));
}

void lease_get(words_view words, command_context& context) {
    const auto hold = parse_hold(words[3], context);
    if (!hold) return;
    const auto stale = parse_stale(words.subspan(4), context);
    if (!stale) return;
    auto entry = context.data.open(words[2], context.now);
    shared::append_array_header(context.out, 2);
    append_value(entry, context);
    const bool fresh = is_fresh(entry, *stale, context.now);
    shared::append_integer(context.out, fresh ? 0 : ask_for_lease(entry, *hold, context.now));
}

/// The absolute time that the options of LEASE SET ask for, 0 without any; nothing, and an error is
/// appended, if they are wrong.
std::optional<shared::unix_ms> parse_time(words_view words, command_context& context) {
    expiry_choice expiry;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (expiry.take(words, i)) continue;
        shared::append_error(context.out, syntax_error);
        return std::nullopt;
    }
    if (expiry.option == nullptr) return 0;
    return parse_expiry(expiry.time, expiry.option->unit, "lease|set", context);
}

void lease_set(words_view words, command_context& context) {
    const auto token = parse_token(words[3], context);
    if (!token) return;
    const auto expires_at = parse_time(words.subspan(5), context);
    if (!expires_at) return;
    auto entry = context.data.open(words[2], context.now);
    if (!entry.end_lease(*token)) return shared::append_integer(context.out, 0);
    if (!entry.set(words[4], *expires_at)) return shared::append_error(context.out, out_of_memory);
    shared::append_integer(context.out, 1);
}

void lease_drop(words_view words, command_context& context) {
    const auto token = parse_token(words[3], context);
    if (!token) return;
    auto entry = context.data.open(words[2], context.now);
    shared::append_integer(context.out, entry.end_lease(*token) ? 1 : 0);
}

}  // namespace

void run_lease(words_view words, command_context& context) {
    const auto* const spec = shared::find_request(words);
    if (spec == nullptr) return shared::append_error(context.out, shared::request_error(words));
    switch (spec->id) {
        case shared::command_id::lease_get:
            return lease_get(words, context);
        case shared::command_id::lease_set:
            return lease_set(words, context);
        case shared::command_id::lease_drop:
            return lease_drop(words, context);
        default:
            append_lines(context.out, help);
    }
}

}  // namespace backend
