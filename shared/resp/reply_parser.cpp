#include "shared/resp/reply_parser.hpp"

#include "shared/resp/integer.hpp"
#include "shared/resp/reply_header.hpp"

#include <algorithm>

namespace shared {

parse_status reply_parser::parse(std::string_view input) {
    if (fresh_) {
        position_ = 0;
        open_.clear();
        searched_ = 0;
        fresh_ = false;
    }
    missing_ = 1;
    do {
        take_whole_bulks(input);
        if (open_.empty() || open_.back() != 0) {
            const auto status = parse_item(input);
            if (status != parse_status::complete) return status;
        }
        while (!open_.empty() && open_.back() == 0) {
            open_.pop_back();
        }
    } while (!open_.empty());
    fresh_ = true;
    return parse_status::complete;
}

/// Takes what there is of an array's values, each in one step, as far as they are usual ones.
void reply_parser::take_whole_bulks(std::string_view input) {
    while (!open_.empty() && open_.back() != 0) {
        const auto bulk = read_whole_bulk(input.substr(position_));
        if (bulk.line == 0 || bulk.line > limits_.line || bulk.value > limits_.value) return;
        position_ += bulk.size();
        --open_.back();
    }
}

parse_status reply_parser::parse_item(std::string_view input) {
    const std::size_t known = std::max(position_, searched_) - position_;
    const auto header = read_reply_header(input.substr(position_), known, limits_);
    if (header.status == parse_status::need_more) searched_ = input.size();
    if (header.status != parse_status::complete) return header.status;
    const std::size_t body = position_ + header.size;
    if (header.type == '$') return parse_bulk(input, body, header.number);
    if (header.type == '*') return open_array(body, header.number);
    if (!open_.empty()) --open_.back();
    position_ = body;
    return parse_status::complete;
}

parse_status reply_parser::parse_bulk(std::string_view input, std::size_t body, std::int64_t size) {
    std::size_t end = body;
    if (size >= 0) {
        end += static_cast<std::size_t>(size) + 2;
        if (input.size() < end) {
            missing_ = end - input.size();
            return parse_status::need_more;
        }
        if (input[end - 2] != '\r' || input[end - 1] != '\n') return parse_status::malformed;
    }
    if (!open_.empty()) --open_.back();
    position_ = end;
    return parse_status::complete;
}

parse_status reply_parser::open_array(std::size_t body, std::int64_t items) {
    if (open_.size() == limits_.depth) return parse_status::malformed;
    if (!open_.empty()) --open_.back();
    if (items > 0) open_.push_back(static_cast<std::size_t>(items));
    position_ = body;
    return parse_status::complete;
}

std::optional<std::string_view> next_reply(std::string_view& replies) {
    reply_parser parser(
        reply_limits{.line = SIZE_MAX, .value = SIZE_MAX / 2, .items = SIZE_MAX / 2, .depth = 64});
    if (parser.parse(replies) != parse_status::complete) return std::nullopt;
    const auto first = replies.substr(0, parser.consumed());
    replies.remove_prefix(parser.consumed());
    return first;
}

std::optional<std::int64_t> reply_number(std::string_view reply) noexcept {
    if (reply.empty()) return std::nullopt;
    if (const auto quick = read_short_number(reply.substr(1)); quick.size != 0) return quick.number;
    const std::size_t end = reply.find('\r');
    if (end == 0 || end == std::string_view::npos) return std::nullopt;
    return parse_integer(reply.substr(1, end - 1));
}

}  // namespace shared
