#include "shared/resp/reply_stream.hpp"

#include "shared/resp/reply_header.hpp"

#include <algorithm>

namespace shared {
namespace {

constexpr std::size_t end_size = 2;  // CR LF

}  // namespace

reply_piece reply_stream::next(std::string_view input) {
    return body_ != 0 ? next_body(input) : next_line(input);
}

reply_piece reply_stream::next_line(std::string_view input) {
    const auto header = read_reply_header(input, 0, limits_);
    reply_piece piece{.status = header.status};
    if (header.status != parse_status::complete) return piece;
    piece.bytes = input.substr(0, header.size);
    piece.is_line = true;
    piece.depth = static_cast<unsigned>(open_.size());
    if (header.type == '$' && header.number >= 0) {
        body_ = static_cast<std::size_t>(header.number) + end_size;
    } else if (header.type == '*' && header.number > 0) {
        if (open_.size() == limits_.depth) return {.status = parse_status::malformed};
        open_.push_back(static_cast<std::size_t>(header.number));
    } else {
        close_item(piece);
    }
    return piece;
}

reply_piece reply_stream::next_body(std::string_view input) {
    reply_piece piece{.depth = static_cast<unsigned>(open_.size())};
    std::size_t size = std::min(input.size(), body_);
    // The end is looked at whole: it comes with the last byte or alone.
    if (size < body_ && body_ - size < end_size) size = body_ - end_size;
    if (size == 0) return piece;
    piece.status = parse_status::complete;
    piece.bytes = input.substr(0, size);
    body_ -= size;
    if (body_ != 0) return piece;
    if (!piece.bytes.ends_with("\r\n")) return {.status = parse_status::malformed};
    close_item(piece);
    return piece;
}

/// `last` is the last piece of a reply or item, and so of every array that it fills.
void reply_stream::close_item(reply_piece& last) {
    while (!open_.empty() && --open_.back() == 0) open_.pop_back();
    last.ends_item = open_.size() <= 1;
    last.ends_reply = open_.empty();
}

}  // namespace shared
