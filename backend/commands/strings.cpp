#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

#include <array>
#include <optional>

namespace backend {
namespace {

/// EX, PX, EXAT or PXAT.
struct expiry_option {
    std::string_view name;
    bool seconds;
    bool relative;
};

struct set_options {
    bool only_new = false;       // NX
    bool only_existing = false;  // XX
    bool get = false;
    bool keep_expiry = false;  // KEEPTTL
    const expiry_option* expiry = nullptr;
    std::string_view time;  // the argument of `expiry`
};

constexpr std::array<expiry_option, 4> expiry_options{
    {{"ex", true, true}, {"px", false, true}, {"exat", true, false}, {"pxat", false, false}}};

const expiry_option* find_expiry_option(std::string_view word) noexcept {
    for (const auto& option : expiry_options) {
        if (shared::same_word(option.name, word)) return &option;
    }
    return nullptr;
}

/// Sets the option without argument that `word` names; false if there is none or it contradicts an
/// earlier one.
bool apply_flag(std::string_view word, set_options& options) noexcept {
    if (shared::same_word(word, "nx") && !options.only_existing) return options.only_new = true;
    if (shared::same_word(word, "xx") && !options.only_new) return options.only_existing = true;
    if (shared::same_word(word, "get")) return options.get = true;
    if (shared::same_word(word, "keepttl") && options.expiry == nullptr)
        return options.keep_expiry = true;
    return false;
}

/// The options of SET, `words` behind its value; nothing for a syntax error.
/// The same option twice is no error, the later time counts: Redis does so.
std::optional<set_options> parse_set_options(words_view words) noexcept {
    set_options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto* expiry = find_expiry_option(words[i]);
        if (expiry == nullptr) {
            if (!apply_flag(words[i], options)) return std::nullopt;
            continue;
        }
        const bool other = options.expiry != nullptr && options.expiry != expiry;
        if (other || options.keep_expiry || i + 1 == words.size()) return std::nullopt;
        options.expiry = expiry;
        options.time = words[++i];
    }
    return options;
}

/// The absolute time that `options` ask for, 0 without one; nothing, and an error is appended, if
/// it is none.
std::optional<shared::unix_ms> expiry_time(const set_options& options, command_context& context) {
    if (options.expiry == nullptr) return 0;
    const auto number = shared::parse_integer(options.time);
    if (!number) {
        shared::append_error(context.out, not_an_integer);
        return std::nullopt;
    }
    shared::unix_ms time = 0;
    const bool overflow =
        __builtin_mul_overflow(*number, options.expiry->seconds ? 1000 : 1, &time) ||
        __builtin_add_overflow(time, options.expiry->relative ? context.now : 0, &time);
    if (*number <= 0 || overflow) {
        shared::append_error(context.out, invalid_expire_time("set"));
        return std::nullopt;
    }
    return time;
}

/// Appends the entry's value, or null.
void append_value(store::entry_access& entry, command_context& context) {
    if (!entry.exists()) {
        entry.miss();
        return shared::append_null(context.out, context.version);
    }
    entry.touch();
    shared::append_bulk(context.out, entry.value());
}

void append_value_of(std::string_view key, command_context& context) {
    auto entry = context.data.open(key, context.now);
    append_value(entry, context);
}

}  // namespace

void run_get(words_view words, command_context& context) {
    append_value_of(words[1], context);
}

void run_mget(words_view words, command_context& context) {
    shared::append_array_header(context.out, words.size() - 1);
    for (const auto key : words.subspan(1)) append_value_of(key, context);
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

/// Keys are set one after the other, for each has its own lock: others may see some of them set and
/// some not yet, and when memory runs out the first ones stay.
void run_mset(words_view words, command_context& context) {
    if (words.size() % 2 == 0) {
        return shared::append_error(context.out, shared::wrong_arity_error("mset"));
    }
    for (std::size_t i = 1; i < words.size(); i += 2) {
        if (!context.data.open(words[i], context.now).set(words[i + 1], 0)) {
            return shared::append_error(context.out, out_of_memory);
        }
    }
    context.out += shared::ok_reply;
}

}  // namespace backend
