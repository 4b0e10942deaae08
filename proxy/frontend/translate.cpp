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

void append_header(std::string& out, char type, std::size_t size) {
    out += type;
    out += std::to_string(size);
    out += "\r\n";
}

void append_items(std::string& out, std::string_view items, reply_shape shape) {
    while (const auto item = shared::next_reply(items)) append_resp3(out, *item, shape);
}

/// Pairs of what follows each other; the second of each takes `shape`.
void append_pairs(std::string& out, const array& from, reply_shape shape) {
    append_header(out, '*', from.size / 2);
    auto rest = from.items;
    while (const auto first = shared::next_reply(rest)) {
        append_header(out, '*', 2);
        append_resp3(out, *first, reply_shape::as_is);
        append_resp3(out, *shared::next_reply(rest), shape);
    }
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

/// A member and its score, or a key and such pairs: the second item takes `shape`.
void append_pair(std::string& out, const array& from, reply_shape shape) {
    auto rest = from.items;
    append_header(out, '*', 2);
    append_resp3(out, *shared::next_reply(rest), reply_shape::as_is);
    append_resp3(out, *shared::next_reply(rest), shape);
}

/// True if the array had the shape and was appended in it.
bool append_array_shaped(std::string& out, const array& from, reply_shape shape) {
    const bool even = from.size % 2 == 0;
    const bool is_pair = from.size == 2;
    switch (shape) {
        case reply_shape::map:
            if (even) append_header(out, '%', from.size / 2);
            if (even) append_items(out, from.items, reply_shape::as_is);
            return even;
        case reply_shape::map_of_pairs: {
            if (!all_are_pairs(from.items)) return false;
            append_header(out, '%', from.size);
            auto rest = from.items;
            while (const auto item = shared::next_reply(rest))
                append_items(out, as_array(*item)->items, reply_shape::as_is);
            return true;
        }
        case reply_shape::array_of_maps:
            append_header(out, '*', from.size);
            append_items(out, from.items, reply_shape::map);
            return true;
        case reply_shape::set:
            append_header(out, '~', from.size);
            append_items(out, from.items, reply_shape::as_is);
            return true;
        case reply_shape::doubles:
            append_header(out, '*', from.size);
            append_items(out, from.items, reply_shape::doubles);
            return true;
        case reply_shape::scored:
        case reply_shape::valued:
            if (even)
                append_pairs(
                    out, from,
                    shape == reply_shape::scored ? reply_shape::doubles : reply_shape::as_is);
            return even;
        case reply_shape::popped:
            if (is_pair) append_pair(out, from, reply_shape::doubles);
            return is_pair;
        case reply_shape::popped_of:
            if (is_pair) append_pair(out, from, reply_shape::popped_pairs);
            return is_pair;
        case reply_shape::popped_pairs:
            append_header(out, '*', from.size);
            append_items(out, from.items, reply_shape::popped);
            return true;
        case reply_shape::located:
            append_header(out, '*', from.size);
            append_items(out, from.items, reply_shape::located_item);
            return true;
        case reply_shape::located_item: {
            append_header(out, '*', from.size);
            auto rest = from.items;
            while (const auto item = shared::next_reply(rest)) {
                const bool is_place = item->starts_with('*');
                append_resp3(out, *item, is_place ? reply_shape::doubles : reply_shape::as_is);
            }
            return true;
        }
        case reply_shape::as_is:
            break;
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
    if (append_array_shaped(out, *items, shape)) return;
    append_header(out, '*', items->size);
    append_items(out, items->items, reply_shape::as_is);
}

void append_line(std::string& out, std::string_view line, shared::protocol version) {
    const bool no_value = line == "$-1\r\n" || line == "*-1\r\n";
    if (no_value) return shared::append_null(out, version);
    out += line;
}

}  // namespace proxy
