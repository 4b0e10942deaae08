#include "shared/resp/inline_words.hpp"

#include <algorithm>
#include <optional>

namespace shared {
namespace {

/// What may stand between words.
bool is_blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

/// What ends a word without quotes: Redis leaves \v and \f in it.
bool ends_word(char c) noexcept {
    return is_blank(c) && c != '\v' && c != '\f';
}

bool is_quote(char c) noexcept {
    return c == '"' || c == '\'';
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

char unescape(char c) noexcept {
    switch (c) {
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
            return c;
    }
}

/// One byte of a "…" part whose backslash is at `at`; moves `at` behind it.
char read_escape(std::string_view line, std::size_t& at) noexcept {
    if (line[at + 1] == 'x' && at + 3 < line.size()) {
        const int high = hex_digit(line[at + 2]);
        const int low = hex_digit(line[at + 3]);
        if (high >= 0 && low >= 0) {
            at += 4;
            return static_cast<char>(high * 16 + low);
        }
    }
    const char c = unescape(line[at + 1]);
    at += 2;
    return c;
}

/// Reads the quoted part whose opening quote is at `at`, moves `at` behind the closing one.
bool read_quoted(std::string_view line, std::size_t& at, std::string& word) {
    const char quote = line[at++];
    while (at < line.size()) {
        const char c = line[at];
        if (c == quote) {
            ++at;
            return at == line.size() || is_blank(line[at]);
        }
        const bool more = at + 1 < line.size();
        if (c == '\\' && more && quote == '"') {
            word += read_escape(line, at);
        } else if (c == '\\' && more && line[at + 1] == '\'') {
            word += '\'';
            at += 2;
        } else {
            word += c;
            ++at;
        }
    }
    return false;
}

/// A word with a quoted part, from `at` on; nothing if the quote is unbalanced. A closing quote
/// ends the word.
std::optional<std::string> read_word(std::string_view line, std::size_t& at) {
    std::string word;
    while (!is_quote(line[at])) word += line[at++];
    if (!read_quoted(line, at, word)) return std::nullopt;
    return word;
}

}  // namespace

bool split_inline(std::string_view line, std::vector<std::string_view>& words,
                  std::vector<std::string>& unquoted) {
    // Views of small strings must not move, so they all get their place now.
    unquoted.reserve(static_cast<std::size_t>(std::count_if(line.begin(), line.end(), is_quote)));
    std::size_t at = 0;
    for (;;) {
        while (at < line.size() && is_blank(line[at])) ++at;
        if (at == line.size()) return true;
        std::size_t end = at;
        while (end < line.size() && !ends_word(line[end]) && !is_quote(line[end])) ++end;
        if (end == line.size() || !is_quote(line[end])) {
            words.push_back(line.substr(at, end - at));
            at = end;
            continue;
        }
        auto word = read_word(line, at);
        if (!word) return false;
        words.push_back(unquoted.emplace_back(std::move(*word)));
    }
}

}  // namespace shared
