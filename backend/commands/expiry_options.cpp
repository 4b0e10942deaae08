#include "backend/commands/expiry_options.hpp"

#include "shared/resp/integer.hpp"

#include <array>

namespace backend {
namespace {

constexpr std::array<expiry_option, 4> expiry_options{{{"ex", {true, true}},
                                                       {"px", {false, true}},
                                                       {"exat", {true, false}},
                                                       {"pxat", {false, false}}}};

}  // namespace

const expiry_option* find_expiry_option(std::string_view word) noexcept {
    for (const auto& option : expiry_options) {
        if (shared::same_word(option.name, word)) return &option;
    }
    return nullptr;
}

bool expiry_choice::take(words_view words, std::size_t& at) noexcept {
    const auto* const found = find_expiry_option(words[at]);
    if (found == nullptr || at + 1 == words.size()) return false;
    if (option != nullptr && option != found) return false;
    option = found;
    time = words[++at];
    return true;
}

std::optional<shared::unix_ms> parse_time(std::string_view text, expiry_unit unit,
                                          std::string_view command, command_context& context,
                                          std::int64_t least) {
    const auto number = parse_integer_argument(text, context);
    if (!number) return std::nullopt;
    shared::unix_ms time = 0;
    if (*number < least || __builtin_mul_overflow(*number, unit.seconds ? 1000 : 1, &time) ||
        __builtin_add_overflow(time, unit.relative ? context.now : 0, &time)) {
        shared::append_error(context.out, invalid_expire_time(command));
        return std::nullopt;
    }
    return time;
}

std::optional<shared::unix_ms> parse_expiry(std::string_view text, expiry_unit unit,
                                            std::string_view command, command_context& context) {
    return parse_time(text, unit, command, context, 1);
}

std::string invalid_expire_time(std::string_view command) {
    return "ERR invalid expire time in '" + std::string(command) + "' command";
}

}  // namespace backend
