// BITFIELD: whole numbers of any width at any bit of a value.
#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <vector>

namespace backend {
namespace {

__extension__ using wide_integer = __int128;  // holds every sum of two numbers of 64 bits

enum class overflow_rule : std::uint8_t { wrap, saturate, fail };
enum class field_action : std::uint8_t { get, set, add };

struct field_type {
    bool is_signed;
    unsigned bits;  // 1 to 64, or to 63 without a sign

    wide_integer highest() const noexcept {
        return (wide_integer{1} << (is_signed ? bits - 1 : bits)) - 1;
    }
    wide_integer lowest() const noexcept { return is_signed ? -highest() - 1 : 0; }
};

struct field_operation {
    field_action action;
    overflow_rule rule;
    field_type type;
    std::uint64_t offset;  // in bits
    std::int64_t argument;

    std::uint64_t end() const noexcept { return offset + type.bits; }
};

std::optional<field_type> parse_type(std::string_view text, command_context& context) {
    const bool is_signed = text.starts_with('i');
    const bool has_sign = is_signed || text.starts_with('u');
    const auto bits = has_sign ? shared::parse_integer(text.substr(1)) : std::nullopt;
    if (!bits || *bits < 1 || *bits > (is_signed ? 64 : 63)) {
        shared::append_error(context.out,
                             "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 "
                             "is not supported but i64 is.");
        return std::nullopt;
    }
    return field_type{is_signed, static_cast<unsigned>(*bits)};
}

/// A number of bits or, behind '#', of fields.
std::optional<std::uint64_t> parse_place(std::string_view text, unsigned bits,
                                         command_context& context) {
    const bool in_fields = text.starts_with('#');
    const auto number = shared::parse_integer(text.substr(in_fields ? 1 : 0));
    std::int64_t offset = 0;
    if (!number || __builtin_mul_overflow(*number, in_fields ? bits : 1, &offset) || offset < 0 ||
        static_cast<std::uint64_t>(offset) / 8 >= context.longest_value) {
        shared::append_error(context.out, bad_bit_offset);
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(offset);
}

std::optional<overflow_rule> parse_rule(std::string_view word, command_context& context) {
    if (shared::same_word(word, "wrap")) return overflow_rule::wrap;
    if (shared::same_word(word, "sat")) return overflow_rule::saturate;
    if (shared::same_word(word, "fail")) return overflow_rule::fail;
    shared::append_error(context.out, "ERR Invalid OVERFLOW type specified");
    return std::nullopt;
}

std::optional<field_action> action_named(std::string_view word) noexcept {
    if (shared::same_word(word, "get")) return field_action::get;
    if (shared::same_word(word, "set")) return field_action::set;
    if (shared::same_word(word, "incrby")) return field_action::add;
    return std::nullopt;
}

/// The operation at the front of `words`, which it is taken from; nothing, and an error is
/// appended, if there is none.
std::optional<field_operation> take_operation(words_view& words, overflow_rule rule,
                                              command_context& context) {
    const auto action = action_named(words[0]);
    const std::size_t size = action == field_action::get ? 3 : 4;
    if (!action || words.size() < size) {
        shared::append_error(context.out, syntax_error);
        return std::nullopt;
    }
    const auto type = parse_type(words[1], context);
    if (!type) return std::nullopt;
    const auto offset = parse_place(words[2], type->bits, context);
    if (!offset) return std::nullopt;
    const auto argument = size == 4 ? parse_integer_argument(words[3], context) : 0;
    if (!argument) return std::nullopt;
    words = words.subspan(size);
    return field_operation{*action, rule, *type, *offset, *argument};
}

std::optional<std::vector<field_operation>> parse_operations(words_view words,
                                                             command_context& context) {
    std::vector<field_operation> operations;
    auto rule = overflow_rule::wrap;
    while (!words.empty()) {
        if (shared::same_word(words[0], "overflow") && words.size() >= 2) {
            const auto named = parse_rule(words[1], context);
            if (!named) return std::nullopt;
            rule = *named;
            words = words.subspan(2);
            continue;
        }
        const auto operation = take_operation(words, rule, context);
        if (!operation) return std::nullopt;
        operations.push_back(*operation);
    }
    return operations;
}

/// The lowest bits of `number`, as the type reads them.
std::int64_t cut(std::uint64_t number, const field_type& type) noexcept {
    const unsigned spare = 64 - type.bits;
    const std::uint64_t high = number << spare;
    return type.is_signed ? static_cast<std::int64_t>(high) >> spare
                          : static_cast<std::int64_t>(high >> spare);
}

/// What lies beyond the value is zero.
std::int64_t read_field(std::string_view value, const field_operation& where) noexcept {
    std::uint64_t number = 0;
    for (std::uint64_t at = where.offset; at < where.end(); ++at) {
        const std::uint64_t byte = at / 8;
        const unsigned held = byte < value.size() ? static_cast<unsigned char>(value[byte]) : 0;
        number = number << 1U | (held >> (7 - at % 8) & 1U);
    }
    return cut(number, where.type);
}

/// Requires: the field lies within the value.
void write_field(std::string& value, const field_operation& where, std::int64_t number) noexcept {
    auto bits = static_cast<std::uint64_t>(number);
    for (std::uint64_t at = where.end(); at-- > where.offset; bits >>= 1U) {
        const auto mask = static_cast<unsigned>(0x80U >> at % 8);
        auto& byte = reinterpret_cast<unsigned char&>(value[at / 8]);
        byte = static_cast<unsigned char>((bits & 1U) != 0 ? byte | mask : byte & ~mask);
    }
}

/// What the field is to hold; nothing if it overflows and must not.
std::optional<std::int64_t> fit(wide_integer number, const field_operation& rules) noexcept {
    const auto highest = rules.type.highest();
    const auto lowest = rules.type.lowest();
    if (number >= lowest && number <= highest) return static_cast<std::int64_t>(number);
    switch (rules.rule) {
        case overflow_rule::fail:
            return std::nullopt;
        case overflow_rule::saturate:
            return static_cast<std::int64_t>(number > highest ? highest : lowest);
        case overflow_rule::wrap:
            break;
    }
    return cut(static_cast<std::uint64_t>(number), rules.type);
}

/// The number that a writing operation leads to. Redis takes the argument of SET for a field
/// without a sign as a number without a sign, so -1 is too large.
wide_integer result_of(const field_operation& operation, std::int64_t held) noexcept {
    if (operation.action == field_action::add) return wide_integer{held} + operation.argument;
    if (operation.type.is_signed) return operation.argument;
    return static_cast<std::uint64_t>(operation.argument);
}

void write(std::string& value, const field_operation& operation, command_context& context) {
    const auto held = read_field(value, operation);
    const auto number = fit(result_of(operation, held), operation);
    if (!number) return shared::append_null(context.out, context.version);
    write_field(value, operation, *number);
    shared::append_integer(context.out, operation.action == field_action::set ? held : *number);
}

void read_fields(std::string_view key, std::span<const field_operation> operations,
                 command_context& context) {
    auto entry = context.data.open(key, context.now);
    const auto value = look_up(entry);
    shared::append_array_header(context.out, operations.size());
    for (const auto& each : operations)
        shared::append_integer(context.out, read_field(value, each));
}

/// Makes place for all fields first, even for those that then fail: Redis does so.
void change_fields(std::string_view key, std::span<const field_operation> operations,
                   command_context& context) {
    auto entry = context.data.open(key, context.now);
    std::uint64_t end = 0;
    for (const auto& each : operations) {
        if (each.action != field_action::get) end = std::max(end, each.end());
    }
    const auto held = value_or_empty(entry);
    const std::size_t size = std::max<std::size_t>(held.size(), (end + 7) / 8);
    if (!may_grow_to(entry, size, context)) return;
    std::string value(held);
    value.resize(size);
    const std::size_t reply = context.out.size();
    shared::append_array_header(context.out, operations.size());
    for (const auto& each : operations) {
        if (each.action == field_action::get) {
            shared::append_integer(context.out, read_field(value, each));
        } else {
            write(value, each, context);
        }
    }
    std::string replies = context.out.substr(reply);
    context.out.resize(reply);
    if (replace_value(entry, value, context)) context.out += replies;
}

void bitfield(words_view words, bool read_only, command_context& context) {
    const auto operations = parse_operations(words.subspan(2), context);
    if (!operations) return;
    const bool reads = std::all_of(operations->begin(), operations->end(), [](const auto& each) {
        return each.action == field_action::get;
    });
    if (reads) return read_fields(words[1], *operations, context);
    if (read_only) {
        return shared::append_error(context.out,
                                    "ERR BITFIELD_RO only supports the GET subcommand");
    }
    change_fields(words[1], *operations, context);
}

}  // namespace

void run_bitfield(words_view words, command_context& context) {
    bitfield(words, false, context);
}

void run_bitfield_ro(words_view words, command_context& context) {
    bitfield(words, true, context);
}

}  // namespace backend
