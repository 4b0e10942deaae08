#include "tests/fuzz/checks.hpp"

#include "shared/resp/reply_parser.hpp"
#include "shared/resp/request_parser.hpp"
#include "tests/fuzz/model.hpp"

#include <algorithm>
#include <vector>

namespace fuzz {
namespace {

constexpr std::size_t shown = 600;  // bytes of a reply that a text quotes
constexpr std::size_t longest_byte_by_byte = 600;

std::string start_of(std::string_view bytes) {
    return escaped(bytes.substr(0, shown)) + (bytes.size() > shown ? "…" : "");
}

/// Takes the expected reply off `rest`; otherwise what is wrong with it.
std::string take_expected(const expectation& expected, std::string_view& rest) {
    if (expected.what == expectation::kind::nothing) return {};
    if (expected.what == expectation::kind::any_reply) {
        reply any;
        if (take_reply(rest, reply_types::resp3, any) == reply_status::complete &&
            !any.text.starts_with("ERR Protocol error")) {
            return {};
        }
        return "a whole reply was expected, and came " + start_of(rest);
    }
    for (const auto& text : expected.texts) {
        if (!rest.starts_with(text)) continue;
        rest.remove_prefix(text.size());
        return {};
    }
    return "expected was " + start_of(expected.texts.front()) + ", and came " + start_of(rest);
}

/// What the parser makes of the stream, in the reference's terms; it sees as much at a time as
/// `ends` say.
reading parsed(const std::string& bytes, const std::vector<std::size_t>& pieces) {
    const auto all = shared::limits_for(limits.line, limits.value);
    shared::request_parser parser(all);
    reading found;
    std::size_t taken = 0;
    std::size_t arrived = 0;
    for (const auto piece : pieces) {
        arrived += piece;
        // A copy, so that a sanitizer sees a look beyond what has arrived.
        const std::vector<char> input(bytes.begin() + static_cast<std::ptrdiff_t>(taken),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(arrived));
        std::string_view rest(input.data(), input.size());
        auto status = shared::parse_status::complete;
        while (!rest.empty() && status == shared::parse_status::complete) {
            status = parser.parse(rest);
            if (status != shared::parse_status::complete) break;
            const auto found_words = parser.arguments();
            if (!found_words.empty())
                found.requests.emplace_back(found_words.begin(), found_words.end());
            taken += parser.consumed();
            rest.remove_prefix(parser.consumed());
        }
        if (status == shared::parse_status::malformed) {
            found.end = reading::ending::malformed;
            for (const char c : parser.error()) found.error += c == '\r' || c == '\n' ? ' ' : c;
            return found;
        }
    }
    if (taken < bytes.size()) found.end = reading::ending::incomplete;
    return found;
}

std::string compare(const reading& expected, const reading& found, const char* how) {
    const std::string begin = std::string("shared::request_parser, ") + how + ": ";
    const std::size_t common = std::min(expected.requests.size(), found.requests.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (expected.requests[i] == found.requests[i]) continue;
        return begin + "request " + std::to_string(i) + " should be " +
               start_of(encoded(expected.requests[i])) + ", and is " +
               start_of(encoded(found.requests[i]));
    }
    if (expected.requests.size() != found.requests.size()) {
        return begin + std::to_string(expected.requests.size()) + " requests expected, " +
               std::to_string(found.requests.size()) + " found";
    }
    if (expected.end != found.end || expected.error != found.error) {
        const char* const endings[] = {"clean", "incomplete", "malformed"};
        return begin + "the end should be " + endings[static_cast<int>(expected.end)] + " " +
               escaped(expected.error) + ", and is " + endings[static_cast<int>(found.end)] + " " +
               escaped(found.error);
    }
    return {};
}

}  // namespace

std::string check_replies(const stream& sent, std::string_view received) {
    const auto said = read_requests(sent.bytes, limits);
    client who;
    std::string_view rest = received;
    for (std::size_t i = 0; i < said.requests.size() && !who.closing; ++i) {
        const auto problem = take_expected(expected_reply(said.requests[i], who), rest);
        if (problem.empty()) continue;
        return "request " + std::to_string(i) + " of " + std::to_string(said.requests.size()) +
               ", " + start_of(encoded(said.requests[i])) + ": " + problem;
    }
    if (!who.closing && said.end == reading::ending::malformed) {
        const auto problem =
            take_expected({expectation::kind::one_of, {"-" + said.error + "\r\n"}}, rest);
        if (!problem.empty()) return "at the end: " + problem;
    }
    return rest.empty() ? "" : "after all replies came " + start_of(rest);
}

namespace {

constexpr std::string_view status_names[] = {"complete", "incomplete", "malformed"};

/// All replies that are whole, and how it goes on behind them.
struct reply_sizes {
    std::vector<std::size_t> sizes;
    reply_status end = reply_status::complete;

    friend bool operator==(const reply_sizes&, const reply_sizes&) = default;
    std::string text() const {
        std::string out = std::string(status_names[static_cast<int>(end)]) + " after replies of";
        for (const auto size : sizes) out += " " + std::to_string(size);
        return out + " bytes";
    }
};

reply_sizes expected_sizes(std::string_view bytes) {
    reply_sizes found;
    reply one;
    while (!bytes.empty() && found.end == reply_status::complete) {
        found.end = take_reply(bytes, reply_types::resp2, one);
        if (found.end == reply_status::complete) found.sizes.push_back(one.bytes.size());
    }
    return found;
}

reply_sizes parsed_sizes(const std::string& bytes, const std::vector<std::size_t>& pieces) {
    shared::reply_parser parser;
    reply_sizes found;
    std::size_t taken = 0;
    std::size_t arrived = 0;
    for (const auto piece : pieces) {
        arrived += piece;
        while (taken < arrived) {
            const std::vector<char> input(bytes.begin() + static_cast<std::ptrdiff_t>(taken),
                                          bytes.begin() + static_cast<std::ptrdiff_t>(arrived));
            const auto status = parser.parse({input.data(), input.size()});
            if (status == shared::parse_status::malformed) {
                found.end = reply_status::malformed;
                return found;
            }
            if (status == shared::parse_status::need_more) break;
            found.sizes.push_back(parser.consumed());
            taken += parser.consumed();
        }
    }
    if (taken < bytes.size()) found.end = reply_status::incomplete;
    return found;
}

}  // namespace

std::string check_reply_parser(const stream& sent) {
    const auto expected = expected_sizes(sent.bytes);
    const std::vector<std::size_t> single(
        sent.bytes.size() <= longest_byte_by_byte ? sent.bytes.size() : 0, 1);
    for (const auto& pieces : {sent.pieces, {sent.bytes.size()}, single}) {
        if (pieces.empty()) continue;
        const auto found = parsed_sizes(sent.bytes, pieces);
        if (found == expected) continue;
        return "shared::reply_parser, in " + std::to_string(pieces.size()) + " piece(s) of " +
               start_of(sent.bytes) + ": should be " + expected.text() + ", and is " + found.text();
    }
    return {};
}

std::string check_request_parser(const stream& sent) {
    const auto expected = read_requests(sent.bytes, limits);
    auto problem = compare(expected, parsed(sent.bytes, sent.pieces), "in pieces");
    if (problem.empty() && sent.pieces.size() > 1)
        problem = compare(expected, parsed(sent.bytes, {sent.bytes.size()}), "whole");
    if (problem.empty() && sent.bytes.size() <= longest_byte_by_byte) {
        const std::vector<std::size_t> single(sent.bytes.size(), 1);
        problem = compare(expected, parsed(sent.bytes, single), "byte by byte");
    }
    return problem;
}

}  // namespace fuzz
