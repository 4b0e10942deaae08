#include "shared/resp/encoder.hpp"

#include <algorithm>
#include <charconv>

namespace shared {
namespace {

constexpr std::size_t short_bulk = 64;  // bytes; two digits

/// `<type><number>CR LF`, the form of every header and of integers.
void append_number(std::string& out, char type, std::int64_t number) {
    char text[24];
    text[0] = type;
    char* end = std::to_chars(text + 1, text + sizeof text - 2, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out.append(text, static_cast<std::size_t>(end - text));
}

/// A bulk of up to `short_bulk` bytes, as most keys are: one append costs less than three.
void append_short_bulk(std::string& out, std::string_view bytes) {
    char text[short_bulk + sizeof "$00\r\n\r\n"];
    char* at = text;
    *at++ = '$';
    if (bytes.size() >= 10) *at++ = static_cast<char>('0' + bytes.size() / 10);
    *at++ = static_cast<char>('0' + bytes.size() % 10);
    *at++ = '\r';
    *at++ = '\n';
    at = std::copy(bytes.begin(), bytes.end(), at);
    *at++ = '\r';
    *at++ = '\n';
    out.append(text, static_cast<std::size_t>(at - text));
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
    if (bytes.size() <= short_bulk) return append_short_bulk(out, bytes);
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

void append_request(std::string& out, std::span<const std::string_view> arguments) {
    append_array_header(out, arguments.size());
    for (const auto argument : arguments) append_bulk(out, argument);
}

}  // namespace shared
