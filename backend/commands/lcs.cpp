// LCS: the longest common subsequence of two values, by the table of Wagner and Fischer ("The
// string-to-string correction problem", 1974). Of the table two rows are kept, and one bit a cell,
// which way leads back: 1/32 of the memory that whole numbers take. Exact. Time in proportion to
// the product of the lengths, on the thread of the client: as in Redis.
#include "backend/commands/handlers.hpp"
#include "backend/store/group.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace backend {
namespace {

struct lcs_options {
    bool length = false;        // LEN
    bool ranges = false;        // IDX
    bool range_size = false;    // WITHMATCHLEN
    std::int64_t shortest = 0;  // MINMATCHLEN
};

/// The options, `words` behind the keys; nothing, and an error is appended, if they are wrong.
std::optional<lcs_options> parse_lcs_options(words_view words, command_context& context) {
    lcs_options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (shared::same_word(words[i], "len")) {
            options.length = true;
        } else if (shared::same_word(words[i], "idx")) {
            options.ranges = true;
        } else if (shared::same_word(words[i], "withmatchlen")) {
            options.range_size = true;
        } else if (shared::same_word(words[i], "minmatchlen") && i + 1 < words.size()) {
            const auto shortest = parse_integer_argument(words[++i], context);
            if (!shortest) return std::nullopt;
            options.shortest = *shortest;
        } else {
            shared::append_error(context.out, syntax_error);
            return std::nullopt;
        }
    }
    if (options.length && options.ranges) {
        shared::append_error(context.out,
                             "ERR If you want both the length and indexes, please just use IDX.");
        return std::nullopt;
    }
    return options;
}

/// The table of two texts.
class lcs_table {
  public:
    lcs_table(std::string_view a, std::string_view b)
        : a_(a), b_(b), drops_a_((a.size() + 1) * (b.size() + 1)) {
        std::vector<std::uint32_t> above(b.size() + 1);
        std::vector<std::uint32_t> row(b.size() + 1);
        for (std::size_t i = 1; i <= a.size(); ++i) {
            for (std::size_t j = 1; j <= b.size(); ++j) {
                row[j] = a[i - 1] == b[j - 1] ? above[j - 1] + 1 : std::max(above[j], row[j - 1]);
                if (above[j] > row[j - 1]) drops_a_[cell(i, j)] = true;
            }
            std::swap(above, row);
        }
        length_ = above[b.size()];
    }

    std::uint32_t length() const noexcept { return length_; }

    /// Calls `use` with the begins of each common run in both texts and its length, the last run
    /// first.
    template <typename Function>
    void for_each_run(Function use) const {
        std::size_t i = a_.size();
        std::size_t j = b_.size();
        while (i > 0 && j > 0) {
            std::size_t size = 0;
            for (; i > 0 && j > 0 && a_[i - 1] == b_[j - 1]; --i, --j) ++size;
            if (size != 0) {
                use(i, j, size);
            } else {
                --(drops_a_[cell(i, j)] ? i : j);
            }
        }
    }

  private:
    std::size_t cell(std::size_t i, std::size_t j) const noexcept {
        return i * (b_.size() + 1) + j;
    }

    std::string_view a_;
    std::string_view b_;
    std::vector<bool> drops_a_;  // the way back to a cell's best leads to a shorter part of `a_`
    std::uint32_t length_ = 0;
};

std::string subsequence(const lcs_table& table, std::string_view a) {
    std::string text(table.length(), '\0');
    std::size_t end = text.size();
    table.for_each_run([&](std::size_t at, std::size_t, std::size_t size) {
        end -= size;
        text.replace(end, size, a.substr(at, size));
    });
    return text;
}

void append_range(std::string& out, std::size_t first, std::size_t size) {
    shared::append_array_header(out, 2);
    shared::append_integer(out, static_cast<std::int64_t>(first));
    shared::append_integer(out, static_cast<std::int64_t>(first + size - 1));
}

void append_ranges(const lcs_table& table, const lcs_options& options, command_context& context) {
    std::string ranges;
    std::size_t count = 0;
    table.for_each_run([&](std::size_t a, std::size_t b, std::size_t size) {
        if (static_cast<std::int64_t>(size) < options.shortest) return;
        if (ranges.size() > context.longest_reply) return;
        ++count;
        shared::append_array_header(ranges, options.range_size ? 3 : 2);
        append_range(ranges, a, size);
        append_range(ranges, b, size);
        if (options.range_size) shared::append_integer(ranges, static_cast<std::int64_t>(size));
    });
    if (ranges.size() > context.longest_reply)
        return shared::append_error(context.out, reply_too_large);
    shared::append_map_header(context.out, 2, context.version);
    shared::append_bulk(context.out, "matches");
    shared::append_array_header(context.out, count);
    context.out += ranges;
    shared::append_bulk(context.out, "len");
    shared::append_integer(context.out, table.length());
}

std::string copy_of(std::string_view key, command_context& context) {
    auto entry = context.data.open(key, context.now);
    return std::string(look_up(entry));
}

/// The values of both keys at one time.
std::array<std::string, 2> read_both(words_view keys, command_context& context) {
    const auto both = context.data.hold(keys, context.now);
    return {copy_of(keys[0], context), copy_of(keys[1], context)};
}

/// Redis's limit, whose table has four bytes a cell.
bool is_too_large(const std::array<std::string, 2>& texts, const command_context& context) {
    constexpr std::uint64_t cell = 4;
    return (texts[0].size() + 1) > context.longest_value / cell / (texts[1].size() + 1);
}

}  // namespace

void run_lcs(words_view words, command_context& context) {
    const auto options = parse_lcs_options(words.subspan(3), context);
    if (!options) return;
    const auto texts = read_both(words.subspan(1, 2), context);
    if (is_too_large(texts, context)) {
        return shared::append_error(
            context.out,
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    }
    const lcs_table table(texts[0], texts[1]);
    if (options->ranges) return append_ranges(table, *options, context);
    if (options->length) return shared::append_integer(context.out, table.length());
    shared::append_bulk(context.out, subsequence(table, texts[0]));
}

}  // namespace backend
