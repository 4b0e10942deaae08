// Values as sequences of bits, the highest bit of a byte first.
#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace backend {
namespace {

std::optional<std::uint64_t> parse_offset(std::string_view text, command_context& context) {
    const auto offset = shared::parse_integer(text);
    if (!offset || *offset < 0 ||
        static_cast<std::uint64_t>(*offset) >> 3U >= context.longest_value) {
        shared::append_error(context.out, bad_bit_offset);
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*offset);
}

bool bit_at(std::string_view value, std::uint64_t at) noexcept {
    const std::uint64_t byte = at / 8;
    return byte < value.size() &&
           (static_cast<unsigned char>(value[byte]) >> (7 - at % 8) & 1U) != 0;
}

/// First and last, both within; empty if `first > last`.
struct bit_range {
    std::int64_t first = 0;
    std::int64_t last = -1;

    bool empty() const noexcept { return first > last; }
};

/// The range that `start` and `end` name in a value of `size` bytes; negative numbers count from
/// its end.
bit_range resolve(std::int64_t start, std::int64_t end, std::size_t size, bool in_bits) noexcept {
    const auto bits = static_cast<std::int64_t>(size) * 8;
    const std::int64_t total = in_bits ? bits : bits / 8;
    if (start < 0) start = std::max<std::int64_t>(total + start, 0);
    if (end < 0) end = std::max<std::int64_t>(total + end, 0);
    end = std::min(end, total - 1);
    if (start > end) return {};
    return in_bits ? bit_range{start, end} : bit_range{start * 8, end * 8 + 7};
}

/// BIT or BYTE, true for BIT; nothing, and an error is appended, for another word.
std::optional<bool> parse_unit(std::string_view word, command_context& context) {
    const bool in_bits = shared::same_word(word, "bit");
    if (in_bits || shared::same_word(word, "byte")) return in_bits;
    shared::append_error(context.out, syntax_error);
    return std::nullopt;
}

std::uint64_t count_in_bytes(std::string_view bytes) noexcept {
    std::uint64_t count = 0;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
        std::memcpy(&word, bytes.data() + at, sizeof word);
        count += static_cast<std::uint64_t>(std::popcount(word));
    }
    for (; at < bytes.size(); ++at) {
        count += static_cast<std::uint64_t>(std::popcount(static_cast<unsigned char>(bytes[at])));
    }
    return count;
}

/// Requires: the range lies within the value.
std::uint64_t count_bits(std::string_view value, const bit_range& range) noexcept {
    if (range.empty()) return 0;
    auto first = static_cast<std::uint64_t>(range.first);
    auto end = static_cast<std::uint64_t>(range.last) + 1;
    std::uint64_t count = 0;
    for (; first < end && first % 8 != 0; ++first) count += bit_at(value, first) ? 1 : 0;
    for (; first < end && end % 8 != 0; --end) count += bit_at(value, end - 1) ? 1 : 0;
    return count + count_in_bytes(value.substr(first / 8, (end - first) / 8));
}

/// The first bit of the range that is `wanted`; nothing if none is. Requires: as above.
std::optional<std::int64_t> find_bit(std::string_view value, bool wanted,
                                     const bit_range& range) noexcept {
    const char without = wanted ? '\0' : '\xff';
    for (std::int64_t at = range.first; at <= range.last;) {
        const auto position = static_cast<std::uint64_t>(at);
        if (position % 8 == 0 && at + 7 <= range.last && value[position / 8] == without) {
            at += 8;
        } else if (bit_at(value, position) == wanted) {
            return at;
        } else {
            ++at;
        }
    }
    return std::nullopt;
}

/// The range of BITCOUNT's words: none, or start and end, and maybe a unit. Nothing, and an error
/// is appended, if they are wrong.
std::optional<bit_range> parse_count_range(words_view words, std::size_t size,
                                           command_context& context) {
    if (words.size() == 2) return resolve(0, -1, size, false);
    if (words.size() != 4 && words.size() != 5) {
        shared::append_error(context.out, syntax_error);
        return std::nullopt;
    }
    const auto start = parse_integer_argument(words[2], context);
    if (!start) return std::nullopt;
    const auto end = parse_integer_argument(words[3], context);
    if (!end) return std::nullopt;
    if (*start < 0 && *end < 0 && *start > *end) return bit_range{};
    const auto in_bits = words.size() == 5 ? parse_unit(words[4], context) : false;
    if (!in_bits) return std::nullopt;
    return resolve(*start, *end, size, *in_bits);
}

/// The same for BITPOS, whose end may be left out.
std::optional<bit_range> parse_search_range(words_view words, std::size_t size,
                                            command_context& context) {
    if (words.size() == 3) return resolve(0, -1, size, false);
    if (words.size() > 6) {
        shared::append_error(context.out, syntax_error);
        return std::nullopt;
    }
    const auto start = parse_integer_argument(words[3], context);
    if (!start) return std::nullopt;
    const auto in_bits = words.size() == 6 ? parse_unit(words[5], context) : false;
    if (!in_bits) return std::nullopt;
    const auto end = words.size() >= 5 ? parse_integer_argument(words[4], context) : -1;
    if (!end) return std::nullopt;
    return resolve(*start, *end, size, *in_bits);
}

}  // namespace

void run_setbit(words_view words, command_context& context) {
    const auto offset = parse_offset(words[2], context);
    if (!offset) return;
    const auto bit = shared::parse_integer(words[3]);
    if (!bit || (*bit != 0 && *bit != 1)) {
        return shared::append_error(context.out, "ERR bit is not an integer or out of range");
    }
    auto entry = context.data.open(words[1], context.now);
    const auto held = value_or_empty(entry);
    const bool before = bit_at(held, *offset);
    const std::size_t size = std::max<std::size_t>(held.size(), *offset / 8 + 1);
    if (!may_grow_to(entry, size, context)) return;
    std::string value(held);
    value.resize(size);
    const auto mask = static_cast<unsigned>(0x80U >> *offset % 8);
    auto& byte = reinterpret_cast<unsigned char&>(value[*offset / 8]);
    byte = static_cast<unsigned char>(*bit != 0 ? byte | mask : byte & ~mask);
    if (!replace_value(entry, value, context)) return;
    shared::append_integer(context.out, before ? 1 : 0);
}

void run_getbit(words_view words, command_context& context) {
    const auto offset = parse_offset(words[2], context);
    if (!offset) return;
    auto entry = context.data.open(words[1], context.now);
    shared::append_integer(context.out, bit_at(look_up(entry), *offset) ? 1 : 0);
}

/// An absent key is answered before the range is looked at: Redis does so.
void run_bitcount(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    const auto value = look_up(entry);
    if (!entry.exists()) return shared::append_integer(context.out, 0);
    const auto range = parse_count_range(words, value.size(), context);
    if (!range) return;
    shared::append_integer(context.out, static_cast<std::int64_t>(count_bits(value, *range)));
}

/// Without an end, a value of ones alone is followed by a zero.
void run_bitpos(words_view words, command_context& context) {
    const auto bit = parse_integer_argument(words[2], context);
    if (!bit) return;
    if (*bit != 0 && *bit != 1) {
        return shared::append_error(context.out, "ERR The bit argument must be 1 or 0.");
    }
    auto entry = context.data.open(words[1], context.now);
    const auto value = look_up(entry);
    if (!entry.exists()) return shared::append_integer(context.out, *bit != 0 ? -1 : 0);
    const auto range = parse_search_range(words, value.size(), context);
    if (!range) return;
    const bool zero_follows = *bit == 0 && words.size() < 5 && !range->empty();
    const auto behind = static_cast<std::int64_t>(value.size()) * 8;
    shared::append_integer(context.out,
                           find_bit(value, *bit != 0, *range).value_or(zero_follows ? behind : -1));
}

}  // namespace backend
