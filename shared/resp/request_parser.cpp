#include "shared/resp/request_parser.hpp"

#include "shared/resp/inline_words.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>

namespace shared {
namespace {

constexpr std::string_view crlf = "\r\n";

}  // namespace

parse_status request_parser::parse(std::string_view input) {
    const bool goes_on = !fresh_;
    if (!goes_on && take_whole_request(input)) return parse_status::complete;
    if (goes_on) scratch_->pieces.swap(pieces_);
    const auto status = parse_more(input);
    // What is kept here between two calls is the request's; the memory goes back to the scratch.
    if (status == parse_status::need_more) {
        if (goes_on || !scratch_->pieces.empty()) scratch_->pieces.swap(pieces_);
    } else if (goes_on) {
        std::vector<request_scratch::piece>().swap(pieces_);
    }
    return status;
}

parse_status request_parser::parse_more(std::string_view input) {
    if (fresh_) {
        scratch_->pieces.clear();
        position_ = 0;
        left_ = bulk_ = -1;
        fresh_ = false;
    }
    missing_ = 1;
    if (input.empty()) return parse_status::need_more;
    return input.front() == '*' ? parse_array(input) : parse_inline(input);
}

parse_status request_parser::parse_array(std::string_view input) {
    if (left_ < 0) {
        if (position_ == 0) position_ = 1;
        std::int64_t count = 0;
        const auto status =
            read_length(input, "too big mbulk count string", count, "invalid multibulk length");
        if (status != parse_status::complete) return status;
        if (count > static_cast<std::int64_t>(limits_.arguments))
            return fail("invalid multibulk length");
        left_ = count > 0 ? count : 0;
    }
    while (left_ > 0) {
        const auto status = parse_bulk(input);
        if (status != parse_status::complete) return status;
        --left_;
    }
    return finish(position_, input);
}

/// Takes a request that is there whole, as nearly all are, in one pass. False for anything else, be
/// it incomplete, beyond the limits or wrong: nothing has been taken then.
bool request_parser::take_whole_request(std::string_view input) {
    constexpr std::size_t shortest_bulk = 6;
    if (!input.starts_with('*')) return false;
    const auto count = read_short_number(input.substr(1));
    const auto size = static_cast<std::size_t>(count.number);
    if (count.size == 0 || count.size > limits_.line || size > limits_.arguments ||
        size > input.size() / shortest_bulk)
        return false;
    auto& words = scratch_->arguments;
    words.resize(size);
    auto rest = input.substr(1 + count.size);
    for (auto& word : words) {
        const auto bulk = read_whole_bulk(rest);
        if (bulk.line == 0 || bulk.line - 1 > limits_.line || bulk.value > limits_.value) {
            return false;
        }
        word = {rest.data() + bulk.line, bulk.value};
        rest.remove_prefix(bulk.size());
    }
    consumed_ = input.size() - rest.size();
    // The last value ends there at the latest: the limit is on where a value ends.
    return consumed_ <= limits_.request + 2;
}

parse_status request_parser::parse_bulk(std::string_view input) {
    if (bulk_ < 0) {
        if (position_ == input.size()) return parse_status::need_more;
        if (input[position_] != '$') {
            return fail(std::string("expected '$', got '") + input[position_] + "'");
        }
        const std::size_t header = position_++;
        std::int64_t size = 0;
        const auto status =
            read_length(input, "too big bulk count string", size, "invalid bulk length");
        if (status == parse_status::need_more) position_ = header;
        if (status != parse_status::complete) return status;
        if (size < 0 || static_cast<std::uint64_t>(size) > limits_.value ||
            position_ + static_cast<std::uint64_t>(size) > limits_.request) {
            return fail("invalid bulk length");
        }
        bulk_ = size;
    }
    const auto size = static_cast<std::size_t>(bulk_);
    const std::size_t there = input.size() - position_;
    if (there < size + crlf.size()) {
        missing_ = size + crlf.size() - there;
        return parse_status::need_more;
    }
    if (input.substr(position_ + size, crlf.size()) != crlf)
        return fail("expected CRLF after a bulk");
    scratch_->pieces.push_back({position_, size});
    position_ += size + crlf.size();
    bulk_ = -1;
    return parse_status::complete;
}

parse_status request_parser::parse_inline(std::string_view input) {
    const std::size_t end = input.find('\n', position_);
    if (end == std::string_view::npos || end > limits_.line) {
        if (input.size() > limits_.line) return fail("too big inline request");
        position_ = input.size();
        return parse_status::need_more;
    }
    std::string_view line = input.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    scratch_->arguments.clear();
    scratch_->unquoted.clear();
    if (!split_inline(line, scratch_->arguments, scratch_->unquoted))
        return fail("unbalanced quotes in request");
    consumed_ = end + 1;
    fresh_ = true;
    return parse_status::complete;
}

/// Reads the number of a length line that begins at `position_` and moves behind the line.
parse_status request_parser::read_length(std::string_view input, std::string_view too_long,
                                         std::int64_t& number, std::string_view wrong) {
    if (const auto quick = read_short_number(input.substr(position_));
        quick.size != 0 && quick.size <= limits_.line) {
        number = quick.number;
        position_ += quick.size;
        return parse_status::complete;
    }
    const std::size_t end = input.find('\n', position_);
    // A line that came whole is measured too: how it was split must not change the answer.
    if (std::min(end, input.size()) - position_ > limits_.line) return fail(too_long);
    if (end == std::string_view::npos) return parse_status::need_more;
    std::string_view text = input.substr(position_, end - position_);
    if (!text.ends_with('\r')) return fail(wrong);
    text.remove_suffix(1);
    const auto parsed = parse_integer(text);
    if (!parsed) return fail(wrong);
    number = *parsed;
    position_ = end + 1;
    return parse_status::complete;
}

parse_status request_parser::fail(std::string_view text) {
    scratch_->error = "ERR Protocol error: ";
    scratch_->error += text;
    fresh_ = true;
    return parse_status::malformed;
}

parse_status request_parser::finish(std::size_t consumed, std::string_view input) {
    scratch_->arguments.clear();
    for (const auto& part : scratch_->pieces)
        scratch_->arguments.push_back(input.substr(part.offset, part.size));
    consumed_ = consumed;
    fresh_ = true;
    return parse_status::complete;
}

}  // namespace shared
