// A reply of a backend in pieces, for one that is too large to be held: each piece can be passed on
// as soon as it is there. Pure and incremental; as strict as reply_parser, which is for replies
// that are held whole. Owned by one connection.
//
//   *2 \r\n $-1 \r\n $5 \r\n he llo \r\n
//   └line──┘└line──┘└line─┘└bo┘└body───┘      a body is cut wherever the bytes that came end
#pragma once

#include "shared/resp/reply_parser.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace shared {

struct reply_piece {
    parse_status status = parse_status::need_more;
    std::string_view bytes = {};  // complete: the piece
    bool is_line = false;         // a header, a simple string, an error or an integer, with its end
    unsigned depth = 0;           // 0: of the reply itself, 1: of an item of its array …
    bool ends_item = false;       // the last piece of an item of the outermost array
    bool ends_reply = false;      // the last piece of all
};

class reply_stream {
  public:
    explicit reply_stream(const reply_limits& limits = {}) noexcept : limits_(limits) {}

    /// The next piece, at the beginning of `input`: what has arrived and has not been a piece yet.
    /// need_more: call again with the same bytes and more. malformed: the connection can't be
    /// trusted any more. After `ends_reply` a new reply begins.
    reply_piece next(std::string_view input);

  private:
    reply_piece next_line(std::string_view input);
    reply_piece next_body(std::string_view input);
    void close_item(reply_piece& last);

    reply_limits limits_;
    std::vector<std::size_t> open_;  // items still to come of each open array, outermost first
    std::size_t body_ = 0;           // bytes of the current bulk still to come, with its end
};

}  // namespace shared
