// OBJECT and MEMORY: what can be known of one entry. Clients made for Redis ask for it.
#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <array>

namespace backend {
namespace {

constexpr std::string_view no_frequency =
    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that "
    "when switching between policies at runtime LRU and LFU data will take some time to adjust.";

constexpr std::array<std::string_view, 14> object_help{
    "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "ENCODING <key>",
    "    Return the kind of internal representation that Redis would use to store",
    "    the value associated with a <key>.",
    "FREQ <key>",
    "    Answers an error: the access frequency is not told.",
    "IDLETIME <key>",
    "    Return the idle time of the <key>, that is the number of seconds elapsed",
    "    since the last change of the key.",
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>, which is 1.",
    "HELP",
    "    Prints this help.",
};

constexpr std::array<std::string_view, 5> memory_help{
    "MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "USAGE <key> [SAMPLES <count>]",
    "    Return memory in bytes used by <key> and its value. <count> has no effect.",
    "HELP",
    "    Prints this help.",
};

/// How Redis would hold a value that SET has stored: as a number, in one piece with its object, or
/// apart from it.
std::string_view encoding_of(std::string_view value) noexcept {
    constexpr std::size_t longest_embedded = 44;
    if (shared::parse_integer(value)) return "int";
    return value.size() <= longest_embedded ? "embstr" : "raw";
}

void append_fact(shared::command_id which, const store::entry_access& entry,
                 command_context& context) {
    switch (which) {
        case shared::command_id::object_encoding:
            return shared::append_bulk(context.out, encoding_of(entry.value()));
        case shared::command_id::object_freq:
            return shared::append_error(context.out, no_frequency);
        case shared::command_id::object_idletime: {
            const auto idle = std::max<std::int64_t>(context.now - time_of(entry.stamp()), 0);
            return shared::append_integer(context.out, idle / 1000);
        }
        default:
            return shared::append_integer(context.out, 1);
    }
}

/// True if `words`, behind the key of MEMORY USAGE, are SAMPLES and its number, any times;
/// otherwise an error is appended.
bool parse_samples(words_view words, command_context& context) {
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (!shared::same_word(words[i], "samples") || i + 1 == words.size()) {
            shared::append_error(context.out, syntax_error);
            return false;
        }
        const auto samples = parse_integer_argument(words[i + 1], context);
        if (!samples) return false;
        if (*samples < 0) {
            shared::append_error(context.out, syntax_error);
            return false;
        }
    }
    return true;
}

void run_memory_usage(words_view words, command_context& context) {
    if (!parse_samples(words.subspan(3), context)) return;
    const auto entry = context.data.open(words[2], context.now);
    if (!entry.exists()) return shared::append_null(context.out, context.version);
    shared::append_integer(context.out, static_cast<std::int64_t>(entry.memory()));
}

}  // namespace

/// Asking is not using: neither a hit nor saved from eviction.
void run_object(words_view words, command_context& context) {
    const auto* const spec = shared::find_request(words);
    if (spec == nullptr) return shared::append_error(context.out, shared::request_error(words));
    if (spec->id == shared::command_id::object_help) return append_lines(context.out, object_help);
    const auto entry = context.data.open(words[2], context.now);
    if (!entry.exists()) return shared::append_null(context.out, context.version);
    append_fact(spec->id, entry, context);
}

void run_memory(words_view words, command_context& context) {
    const auto* const spec = shared::find_request(words);
    if (spec == nullptr) return shared::append_error(context.out, shared::request_error(words));
    if (spec->id == shared::command_id::memory_usage) return run_memory_usage(words, context);
    if (spec->id == shared::command_id::memory_help) return append_lines(context.out, memory_help);
    shared::append_error(context.out, shared::unknown_subcommand_error(words[1], "memory"));
}

}  // namespace backend
