#include "shared/resp/encoder.hpp"

#include <charconv>

namespace shared {
namespace {

constexpr std::size_t short_bulk = 64;    // bytes; two digits
constexpr std::size_t header_room = 24;   // for a type, 64 bits of a number, CR LF
constexpr std::size_t staged_most = 512;  // bytes that are put together before they are appended

/// `<type><number>CR LF`, the form of every header and of integers. Returns the end. Requires:
/// `header_room` at `at`.
char* put_number(char* at, char type, std::int64_t number) {
    *at++ = type;
    at = std::to_chars(at, at + header_room - 3, number).ptr;
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

void append_number(std::string& out, char type, std::int64_t number) {
    char text[header_room];
    out.append(text, static_cast<std::size_t>(put_number(text, type, number) - text));
}

/// A bulk of up to `short_bulk` bytes, as most keys are. Returns the end. Requires:
/// `short_bulk + header_room` at `at`.
char* put_short_bulk(char* at, std::string_view bytes) {
    *at++ = '$';
    if (bytes.size() >= 10) *at++ = static_cast<char>('0' + bytes.size() / 10);
    *at++ = static_cast<char>('0' + bytes.size() % 10);
    *at++ = '\r';
    *at++ = '\n';
    at += bytes.copy(at, bytes.size());
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

}  // namespace

void append_simple(std::string& out, std::string_view text) {
    out += '+';
    out += text;
    out += "\r\n";
}

void append_error(std::string& out, std::string_view text) {
    out += '-';
    for (const char c : text) out += c == '\r' || c == '\n' ? ' ' : c;
    out += "\r\n";
}

void append_integer(std::string& out, std::int64_t number) {
    append_number(out, ':', number);
}

void append_bulk(std::string& out, std::string_view bytes) {
    if (bytes.size() <= short_bulk) {
        char text[short_bulk + header_room];
        out.append(text, static_cast<std::size_t>(put_short_bulk(text, bytes) - text));
        return;
    }
    append_number(out, '$', static_cast<std::int64_t>(bytes.size()));
    out += bytes;
    out += "\r\n";
}

void append_null(std::string& out, protocol version) {
    out += version == protocol::resp3 ? "_\r\n" : "$-1\r\n";
}

void append_array_header(std::string& out, std::size_t items) {
    append_number(out, '*', static_cast<std::int64_t>(items));
}

void append_map_header(std::string& out, std::size_t pairs, protocol version) {
    if (version == protocol::resp3) {
        append_number(out, '%', static_cast<std::int64_t>(pairs));
    } else {
        append_array_header(out, 2 * pairs);
    }
}

void append_set_header(std::string& out, std::size_t items, protocol version) {
    append_number(out, version == protocol::resp3 ? '~' : '*', static_cast<std::int64_t>(items));
}

void append_push_header(std::string& out, std::size_t items, protocol version) {
    append_number(out, version == protocol::resp3 ? '>' : '*', static_cast<std::int64_t>(items));
}

void append_verbatim(std::string& out, std::string_view text, protocol version) {
    if (version == protocol::resp2) return append_bulk(out, text);
    append_number(out, '=', static_cast<std::int64_t>(text.size() + 4));
    out += "txt:";
    out += text;
    out += "\r\n";
}

// Short words are put together first: one append for them all costs less than one for each.
void append_request(std::string& out, std::span<const std::string_view> arguments) {
    char staged[staged_most];
    char* at = put_number(staged, '*', static_cast<std::int64_t>(arguments.size()));
    const auto append_staged = [&] {
        out.append(staged, static_cast<std::size_t>(at - staged));
        at = staged;
    };
    for (const auto argument : arguments) {
        const bool is_short = argument.size() <= short_bulk;
        if (!is_short ||
            at - staged > static_cast<std::ptrdiff_t>(staged_most - short_bulk - header_room))
            append_staged();
        if (is_short) {
            at = put_short_bulk(at, argument);
        } else {
            append_bulk(out, argument);
        }
    }
    append_staged();
}

}  // namespace shared
