#include "tests/fuzz/reference.hpp"

namespace fuzz {
namespace {

/// What a stream is read with: each function takes from the front and says how far that went.
struct cursor {
    std::string_view stream;
    const reference_limits& limits;
    reading& found;
    std::size_t at = 0;

    bool at_end() const { return at == stream.size(); }

    bool incomplete() {
        found.end = reading::ending::incomplete;
        return false;
    }

    bool malformed(const std::string& text) {
        found.end = reading::ending::malformed;
        found.error = "ERR Protocol error: ";
        for (const char c : text) found.error += c == '\r' || c == '\n' ? ' ' : c;
        return false;
    }
};

/// Takes the bytes up to the next LF, and the LF, which is not among them.
bool take_line(cursor& from, std::string& line, const char* too_long) {
    line.clear();
    while (!from.at_end()) {
        const char c = from.stream[from.at];
        if (c == '\n') {
            ++from.at;
            return true;
        }
        line += c;
        if (line.size() > from.limits.line) return from.malformed(too_long);
        ++from.at;
    }
    return from.incomplete();
}

bool take_length(cursor& from, long long& length, const char* too_long, const char* wrong) {
    std::string line;
    if (!take_line(from, line, too_long)) return false;
    if (line.empty() || line.back() != '\r') return from.malformed(wrong);
    line.pop_back();
    const auto number = whole_number(line);
    if (!number) return from.malformed(wrong);
    length = *number;
    return true;
}

bool take_bulk(cursor& from, std::string& word) {
    if (from.at_end()) return from.incomplete();
    const char type = from.stream[from.at];
    if (type != '$') return from.malformed(std::string("expected '$', got '") + type + "'");
    ++from.at;
    long long length = 0;
    if (!take_length(from, length, "too big bulk count string", "invalid bulk length"))
        return false;
    if (length < 0 || static_cast<unsigned long long>(length) > from.limits.value)
        return from.malformed("invalid bulk length");
    for (long long i = 0; i < length; ++i) {
        if (from.at_end()) return from.incomplete();
        word += from.stream[from.at++];
    }
    if (from.stream.size() - from.at < 2) return from.incomplete();
    if (from.stream[from.at] != '\r' || from.stream[from.at + 1] != '\n')
        return from.malformed("expected CRLF after a bulk");
    from.at += 2;
    return true;
}

bool take_array(cursor& from, words& request) {
    ++from.at;
    long long length = 0;
    if (!take_length(from, length, "too big mbulk count string", "invalid multibulk length"))
        return false;
    if (length > static_cast<long long>(from.limits.arguments))
        return from.malformed("invalid multibulk length");
    for (long long i = 0; i < length; ++i) {
        if (!take_bulk(from, request.emplace_back())) return false;
    }
    return true;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == '\0';
}

int digit_value(char c, int base) {
    const std::string_view digits = "0123456789abcdef";
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const auto found = digits.find(lower);
    return found < static_cast<std::size_t>(base) ? static_cast<int>(found) : -1;
}

/// The byte that an escape stands for; `at` is its backslash, and its last byte afterwards.
char take_escape(const std::string& line, std::size_t& at) {
    const auto hex = [&](std::size_t where) {
        return where < line.size() ? digit_value(line[where], 16) : -1;
    };
    ++at;
    if (line[at] == 'x' && hex(at + 1) >= 0 && hex(at + 2) >= 0) {
        at += 2;
        return static_cast<char>(hex(at - 1) * 16 + hex(at));
    }
    switch (line[at]) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'b':
            return '\b';
        case 'a':
            return '\a';
        default:
            return line[at];
    }
}

/// sdssplitargs, byte by byte: false if the quotes are not balanced.
bool split_line(const std::string& line, words& request) {
    std::size_t at = 0;
    for (;;) {
        while (at < line.size() && is_space(line[at])) ++at;
        if (at == line.size()) return true;
        std::string word;
        char quote = 0;
        for (bool done = false; !done; ++at) {
            if (at == line.size()) {
                if (quote != 0) return false;
                break;
            }
            const char c = line[at];
            const bool more = at + 1 < line.size();
            if (quote == '"' && c == '\\' && more) {
                word += take_escape(line, at);
            } else if (quote == '\'' && c == '\\' && more && line[at + 1] == '\'') {
                word += '\'';
                ++at;
            } else if (quote != 0 && c == quote) {
                if (more && !is_space(line[at + 1])) return false;
                done = true;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (quote == 0 && is_space(c) && c != '\v' && c != '\f') {
                done = true;
            } else {
                word += c;
            }
        }
        request.push_back(word);
    }
}

bool take_inline(cursor& from, words& request) {
    std::string line;
    if (!take_line(from, line, "too big inline request")) return false;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!split_line(line, request)) return from.malformed("unbalanced quotes in request");
    return true;
}

}  // namespace

std::optional<long long> whole_number(std::string_view text) {
    const bool negative = !text.empty() && text[0] == '-';
    const std::string_view digits = negative ? text.substr(1) : text;
    if (digits.empty() || (digits[0] == '0' && text.size() > 1)) return std::nullopt;
    if (digits.size() > 19) return std::nullopt;  // more than 2^63 in any case
    unsigned long long number = 0;                // 19 digits fit
    for (const char c : digits) {
        const int value = digit_value(c, 10);
        if (value < 0) return std::nullopt;
        number = number * 10 + static_cast<unsigned long long>(value);
    }
    const unsigned long long most = (1ULL << 63) - (negative ? 0 : 1);
    if (number > most) return std::nullopt;
    return static_cast<long long>(negative ? 0 - number : number);
}

reading read_requests(std::string_view stream, const reference_limits& limits) {
    reading found;
    cursor from{stream, limits, found};
    while (!from.at_end()) {
        words request;
        const bool whole =
            stream[from.at] == '*' ? take_array(from, request) : take_inline(from, request);
        if (!whole) break;
        if (!request.empty()) found.requests.push_back(request);
    }
    return found;
}

std::string escaped(std::string_view bytes) {
    const std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\r') {
            out += "\\r";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (code < 0x20 || code >= 0x7f) {
            out += "\\x";
            out += digits[code / 16];
            out += digits[code % 16];
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace fuzz
