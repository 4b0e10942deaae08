#include "proxy/frontend/translate.hpp"

#include "shared/resp/reply_parser.hpp"

#include <charconv>
#include <optional>

namespace proxy {
namespace {

using shared::reply_shape;

/// An array's items and their number.
struct array {
    std::size_t size;
    std::string_view items;
};

std::optional<array> as_array(std::string_view reply) noexcept {
    const auto size = reply.starts_with('*') ? shared::reply_number(reply) : std::nullopt;
    if (!size || *size < 0) return std::nullopt;
    return array{static_cast<std::size_t>(*size), reply.substr(reply.find('\n') + 1)};
}

void append_items(std::string& out, std::string_view items, reply_shape shape) {
    while (const auto item = shared::next_reply(items)) append_resp3(out, *item, shape);
}

bool all_are_pairs(std::string_view items) noexcept {
    while (const auto item = shared::next_reply(items)) {
        if (!item->starts_with("*2\r\n")) return false;
    }
    return true;
}

/// A bulk that is a number, as a double; anything else as it is.
void append_double(std::string& out, std::string_view bulk) {
    const auto body = bulk.substr(bulk.find('\n') + 1);
    const auto number = body.substr(0, body.size() - 2);
    constexpr std::string_view allowed = "0123456789+-.einfa";  // no "infinity", no "nan(1)"
    double value = 0;
    const char* const end = number.data() + number.size();
    const auto [stop, problem] = std::from_chars(number.data(), end, value);
    const bool fits = bulk.starts_with('$') && problem == std::errc() && stop == end &&
                      number.find_first_not_of(allowed) == std::string_view::npos;
    if (!fits) {
        out += bulk;
        return;
    }
    out += ',';
    out += body;
}

// Each of these is true if the array had the shape, and was appended in it.

bool append_each(std::string& out, const array& from, reply_shape shape) {
    shared::append_array_header(out, from.size);
    append_items(out, from.items, shape);
    return true;
}

bool append_set(std::string& out, const array& from) {
    shared::append_set_header(out, from.size, shared::protocol::resp3);
    append_items(out, from.items, reply_shape::as_is);
    return true;
}

bool append_map(std::string& out, const array& from) {
    if (from.size % 2 != 0) return false;
    shared::append_map_header(out, from.size / 2, shared::protocol::resp3);
    append_items(out, from.items, reply_shape::as_is);
    return true;
}

bool append_map_of_pairs(std::string& out, const array& from) {
    if (!all_are_pairs(from.items)) return false;
    shared::append_map_header(out, from.size, shared::protocol::resp3);
    auto rest = from.items;
    while (const auto item = shared::next_reply(rest))
        append_items(out, as_array(*item)->items, reply_shape::as_is);
    return true;
}

/// The next two items as a pair; the second takes `shape`.
void append_next_pair(std::string& out, std::string_view& items, reply_shape shape) {
    shared::append_array_header(out, 2);
    append_resp3(out, *shared::next_reply(items), reply_shape::as_is);
    append_resp3(out, *shared::next_reply(items), shape);
}

/// Pairs of what follows each other.
bool append_pairs(std::string& out, const array& from, reply_shape second) {
    if (from.size % 2 != 0) return false;
    shared::append_array_header(out, from.size / 2);
    for (auto rest = from.items; !rest.empty();) append_next_pair(out, rest, second);
    return true;
}

/// A member and its score, or a key and such pairs.
bool append_pair(std::string& out, const array& from, reply_shape second) {
    if (from.size != 2) return false;
    auto rest = from.items;
    append_next_pair(out, rest, second);
    return true;
}

/// A member of a place, with its distance or hash; the place is an array of its own.
bool append_located(std::string& out, const array& from) {
    shared::append_array_header(out, from.size);
    auto rest = from.items;
    while (const auto item = shared::next_reply(rest)) {
        const bool is_place = item->starts_with('*');
        append_resp3(out, *item, is_place ? reply_shape::doubles : reply_shape::as_is);
    }
    return true;
}

bool append_array_shaped(std::string& out, const array& from, reply_shape shape) {
    switch (shape) {
        case reply_shape::map:
            return append_map(out, from);
        case reply_shape::map_of_pairs:
            return append_map_of_pairs(out, from);
        case reply_shape::array_of_maps:
            return append_each(out, from, reply_shape::map);
        case reply_shape::set:
            return append_set(out, from);
        case reply_shape::doubles:
            return append_each(out, from, reply_shape::doubles);
        case reply_shape::scored:
            return append_pairs(out, from, reply_shape::doubles);
        case reply_shape::valued:
            return append_pairs(out, from, reply_shape::as_is);
        case reply_shape::popped:
            return append_pair(out, from, reply_shape::doubles);
        case reply_shape::popped_of:
            return append_pair(out, from, reply_shape::popped_pairs);
        case reply_shape::popped_pairs:
            return append_each(out, from, reply_shape::popped);
        case reply_shape::located:
            return append_each(out, from, reply_shape::located_item);
        case reply_shape::located_item:
            return append_located(out, from);
        case reply_shape::as_is:
            return append_each(out, from, reply_shape::as_is);
    }
    return false;
}

}  // namespace

void append_resp3(std::string& out, std::string_view reply, reply_shape shape) {
    if (reply == "$-1\r\n" || reply == "*-1\r\n")
        return shared::append_null(out, shared::protocol::resp3);
    const auto items = as_array(reply);
    if (!items) {
        if (shape == reply_shape::doubles) return append_double(out, reply);
        out += reply;
        return;
    }
    if (!append_array_shaped(out, *items, shape)) append_each(out, *items, reply_shape::as_is);
}

void append_line(std::string& out, std::string_view line, shared::protocol version) {
    const bool no_value = line == "$-1\r\n" || line == "*-1\r\n";
    if (no_value) return shared::append_null(out, version);
    out += line;
}

}  // namespace proxy
