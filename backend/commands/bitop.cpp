// BITOP: values combined bit by bit, the shorter ones being followed by zeros.
#include "backend/commands/handlers.hpp"
#include "backend/store/group.hpp"

#include <algorithm>

namespace backend {
namespace {

enum class bit_operation : std::uint8_t { conjunction, disjunction, difference, negation };

std::optional<bit_operation> operation_named(std::string_view word) noexcept {
    if (shared::same_word(word, "and")) return bit_operation::conjunction;
    if (shared::same_word(word, "or")) return bit_operation::disjunction;
    if (shared::same_word(word, "xor")) return bit_operation::difference;
    if (shared::same_word(word, "not")) return bit_operation::negation;
    return std::nullopt;
}

template <typename Operation>
void combine_with(std::string& result, std::string_view operand, Operation apply) {
    for (std::size_t i = 0; i < operand.size(); ++i) {
        result[i] = static_cast<char>(apply(result[i], operand[i]));
    }
}

/// Requires: `operand` is not longer than `result`.
void combine(bit_operation how, std::string& result, std::string_view operand) {
    switch (how) {
        case bit_operation::conjunction:
            combine_with(result, operand, [](char a, char b) { return a & b; });
            std::fill(result.begin() + static_cast<std::ptrdiff_t>(operand.size()), result.end(),
                      '\0');
            break;
        case bit_operation::disjunction:
            combine_with(result, operand, [](char a, char b) { return a | b; });
            break;
        case bit_operation::difference:
            combine_with(result, operand, [](char a, char b) { return a ^ b; });
            break;
        case bit_operation::negation:
            combine_with(result, operand, [](char, char b) { return ~b; });
            break;
    }
}

std::size_t longest_of(words_view keys, command_context& context) {
    std::size_t longest = 0;
    for (const auto key : keys) {
        auto entry = context.data.open(key, context.now);
        longest = std::max(longest, look_up(entry).size());
    }
    return longest;
}

std::string combined(bit_operation how, words_view keys, std::size_t size,
                     command_context& context) {
    std::string result;
    for (const auto key : keys) {
        const auto entry = context.data.open(key, context.now);
        if (result.empty() && how != bit_operation::negation) {
            result = value_or_empty(entry);
            result.resize(size);
        } else {
            result.resize(size);
            combine(how, result, value_or_empty(entry));
        }
    }
    return result;
}

}  // namespace

void run_bitop(words_view words, command_context& context) {
    const auto operation = operation_named(words[1]);
    if (!operation) return shared::append_error(context.out, syntax_error);
    const auto sources = words.subspan(3);
    if (*operation == bit_operation::negation && sources.size() != 1) {
        return shared::append_error(context.out,
                                    "ERR BITOP NOT must be called with a single source key.");
    }
    const auto all = context.data.hold(words.subspan(2), context.now);
    const std::size_t size = longest_of(sources, context);
    if (size == 0) {
        context.data.open(words[2], context.now).erase();
        return shared::append_integer(context.out, 0);
    }
    if (!may_grow_to(context.data.open(words[2], context.now), size, context)) return;
    const auto result = combined(*operation, sources, size, context);
    if (!context.data.open(words[2], context.now).set(result, 0)) {
        return shared::append_error(context.out, out_of_memory);
    }
    shared::append_integer(context.out, static_cast<std::int64_t>(size));
}

}  // namespace backend
