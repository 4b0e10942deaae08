// Walking over the keys: SCAN, KEYS, RANDOMKEY.
//
// A cursor is a place in the order of all hashes, packed into one number; the server keeps nothing
// of a scan. Entries stand in that order whatever the size of the index, so growing and shrinking
// move none of them past the cursor: what is there from the first call to the last is told, once.
//
//     bit 63            32 31               0
//        ┌────────────────┬──────────────────┐
//        │ shard          │ hash to go on at │      0 begins a scan, and ends one
//        └────────────────┴──────────────────┘
#include "backend/commands/handlers.hpp"
#include "shared/command/glob.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace backend {
namespace {

constexpr std::size_t at_once = 64;  // entries looked at under one lock

struct scan_options {
    std::size_t count = 10;
    std::string_view pattern = "*";
    bool strings = true;  // false: TYPE asks for what a cache of strings does not have
};

/// As strtoul reads it: Redis does so.
std::optional<scan_cursor> parse_cursor(std::string_view text) {
    const std::string ended(text);
    char* end = nullptr;
    errno = 0;
    const unsigned long long number = std::strtoull(ended.c_str(), &end, 10);
    const bool blank = !text.empty() && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r'));
    if (blank || *end != '\0' || errno == ERANGE) return std::nullopt;
    return scan_cursor{.shard = number >> 32U, .position = number & UINT32_MAX};
}

/// The options of SCAN, `words` behind its cursor; nothing, and an error is appended, if they are
/// wrong.
std::optional<scan_options> parse_scan_options(words_view words, command_context& context) {
    scan_options options;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const bool has_argument = i + 1 < words.size();
        if (has_argument && shared::same_word(words[i], "count")) {
            const auto count = parse_integer_argument(words[i + 1], context);
            if (!count) return std::nullopt;
            options.count = static_cast<std::size_t>(std::max<std::int64_t>(*count, 0));
        } else if (has_argument && shared::same_word(words[i], "match")) {
            options.pattern = words[i + 1];
        } else if (has_argument && shared::same_word(words[i], "type")) {
            options.strings = shared::same_word(words[i + 1], "string");
        } else {
            options.count = 0;
        }
        if (options.count == 0) {
            shared::append_error(context.out, syntax_error);
            return std::nullopt;
        }
    }
    if (options.pattern.size() > shared::longest_pattern) {
        shared::append_error(context.out, shared::pattern_too_long);
        return std::nullopt;
    }
    return options;
}

/// Keys as bulks, and their number. Under a shard's lock they are only copied; what they match is
/// for later.
class key_list {
  public:
    explicit key_list(std::string_view pattern) : pattern_(pattern) {}

    void note(std::string_view key) {
        noted_ += key;
        ends_.push_back(noted_.size());
    }

    /// Keeps those of the noted keys that match.
    void sift() {
        std::size_t begin = 0;
        for (const std::size_t end : ends_) {
            add_matching(std::string_view(noted_).substr(begin, end - begin));
            begin = end;
        }
        noted_.clear();
        ends_.clear();
    }

    /// Bytes of those that match.
    std::size_t size() const noexcept { return bulks_.size(); }

    void append_to(std::string& out) const {
        shared::append_array_header(out, count_);
        out += bulks_;
    }

  private:
    void add_matching(std::string_view key) {
        if (pattern_ != "*" && !shared::glob_matches(pattern_, key, shared::letter_case::matters))
            return;
        shared::append_bulk(bulks_, key);
        ++count_;
    }

    std::string_view pattern_;
    std::string noted_;  // one behind the other
    std::vector<std::size_t> ends_;
    std::string bulks_;
    std::size_t count_ = 0;
};

}  // namespace

void run_scan(words_view words, command_context& context) {
    auto cursor = parse_cursor(words[1]);
    if (!cursor) return shared::append_error(context.out, "ERR invalid cursor");
    const auto options = parse_scan_options(words.subspan(2), context);
    if (!options) return;
    key_list keys(options->pattern);
    std::size_t seen = 0;
    bool more = true;
    // One step at least, so that a scan comes to its end.
    while (more && seen < options->count && (seen == 0 || keys.size() < context.longest_reply)) {
        const auto visit = [&](const effect& what) {
            ++seen;
            if (what.kind == effect_kind::set && options->strings) keys.note(what.key);
        };
        more = context.data.scan(*cursor, std::min(options->count - seen, at_once), visit,
                                 context.now);
        keys.sift();
    }
    const std::uint64_t next = more ? cursor->shard << 32U | cursor->position : 0;
    shared::append_array_header(context.out, 2);
    shared::append_bulk(context.out, std::to_string(next));
    keys.append_to(context.out);
}

void run_keys(words_view words, command_context& context) {
    if (words[1].size() > shared::longest_pattern)
        return shared::append_error(context.out, shared::pattern_too_long);
    key_list keys(words[1]);
    const auto visit = [&](const effect& what) {
        if (what.kind == effect_kind::set) keys.note(what.key);
    };
    scan_cursor cursor;
    bool more = true;
    while (more && keys.size() <= context.longest_reply) {
        more = context.data.scan(cursor, at_once, visit, context.now);
        keys.sift();
    }
    if (keys.size() > context.longest_reply)
        return shared::append_error(context.out, reply_too_large);
    keys.append_to(context.out);
}

void run_randomkey(words_view /*words*/, command_context& context) {
    const auto key = context.data.random_key(context.now);
    if (!key) return shared::append_null(context.out, context.version);
    shared::append_bulk(context.out, *key);
}

}  // namespace backend
