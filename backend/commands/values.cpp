// What the handlers share: reading arguments, answering values, replacing them.
#include "backend/commands/handlers.hpp"
#include "shared/resp/integer.hpp"

namespace backend {

std::optional<std::int64_t> parse_integer_argument(std::string_view text, command_context& context,
                                                   std::string_view error) {
    const auto number = shared::parse_integer(text);
    if (!number) shared::append_error(context.out, error);
    return number;
}

void append_lines(std::string& out, std::span<const std::string_view> lines) {
    shared::append_array_header(out, lines.size());
    for (const auto line : lines) shared::append_simple(out, line);
}

std::string_view look_up(store::entry_access& entry) noexcept {
    if (!entry.exists()) {
        entry.miss();
        return {};
    }
    entry.touch();
    return entry.value();
}

void append_value(store::entry_access& entry, command_context& context) {
    const auto value = look_up(entry);
    if (!entry.exists()) return shared::append_null(context.out, context.version);
    shared::append_bulk(context.out, value);
}

std::string_view value_or_empty(const store::entry_access& entry) noexcept {
    return entry.exists() ? entry.value() : std::string_view();
}

bool replace_value(store::entry_access& entry, std::string_view value, command_context& context) {
    if (entry.set(value, entry.exists() ? entry.expires_at() : 0)) return true;
    shared::append_error(context.out, out_of_memory);
    return false;
}

bool may_grow_to(const store::entry_access& entry, std::uint64_t size, command_context& context) {
    if (size > context.longest_value) {
        shared::append_error(context.out,
                             "ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        return false;
    }
    if (entry.could_hold(size)) return true;
    shared::append_error(context.out, out_of_memory);
    return false;
}

}  // namespace backend
