// Values as sequences of bytes: their lengths and parts.
#include "backend/commands/handlers.hpp"

#include <algorithm>

namespace backend {
namespace {

/// Indices from the end for negative numbers; what lies outside of the value is cut off.
std::string_view part_of(std::string_view value, std::int64_t first, std::int64_t last) noexcept {
    if (first < 0 && last < 0 && first > last) return {};
    const auto size = static_cast<std::int64_t>(value.size());
    if (first < 0) first = std::max<std::int64_t>(size + first, 0);
    if (last < 0) last = std::max<std::int64_t>(size + last, 0);
    last = std::min(last, size - 1);
    if (first > last) return {};
    return value.substr(static_cast<std::size_t>(first),
                        static_cast<std::size_t>(last - first + 1));
}

}  // namespace

void run_append(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    std::string_view value = words[2];
    std::string joined;
    if (entry.exists()) {
        const auto held = entry.value();
        if (!may_grow_to(entry, held.size() + value.size(), context)) return;
        joined.reserve(held.size() + value.size());
        joined.append(held).append(value);
        value = joined;
    }
    if (!replace_value(entry, value, context)) return;
    shared::append_integer(context.out, static_cast<std::int64_t>(value.size()));
}

void run_strlen(words_view words, command_context& context) {
    auto entry = context.data.open(words[1], context.now);
    shared::append_integer(context.out, static_cast<std::int64_t>(look_up(entry).size()));
}

/// SUBSTR is its old name.
void run_getrange(words_view words, command_context& context) {
    const auto first = parse_integer_argument(words[2], context);
    if (!first) return;
    const auto last = parse_integer_argument(words[3], context);
    if (!last) return;
    auto entry = context.data.open(words[1], context.now);
    shared::append_bulk(context.out, part_of(look_up(entry), *first, *last));
}

void run_setrange(words_view words, command_context& context) {
    const auto offset = parse_integer_argument(words[2], context);
    if (!offset) return;
    if (*offset < 0) return shared::append_error(context.out, "ERR offset is out of range");
    const auto part = words[3];
    auto entry = context.data.open(words[1], context.now);
    const auto held = value_or_empty(entry);
    if (part.empty()) {
        return shared::append_integer(context.out, static_cast<std::int64_t>(held.size()));
    }
    const std::uint64_t end = static_cast<std::uint64_t>(*offset) + part.size();
    if (!may_grow_to(entry, std::max<std::uint64_t>(end, held.size()), context)) return;
    std::string value(held);
    if (value.size() < end) value.resize(end);
    value.replace(static_cast<std::size_t>(*offset), part.size(), part);
    if (!replace_value(entry, value, context)) return;
    shared::append_integer(context.out, static_cast<std::int64_t>(value.size()));
}

}  // namespace backend
