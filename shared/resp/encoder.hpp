// Appends RESP to a buffer. Pure; the buffer belongs to the caller.
// Format: https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shared {

/// The version of RESP that a client has chosen with HELLO.
enum class protocol : std::uint8_t { resp2 = 2, resp3 = 3 };

inline constexpr std::string_view ok_reply = "+OK\r\n";

/// `+text`. Requires: no CR or LF in `text`.
void append_simple(std::string& out, std::string_view text);

/// `-text`; `text` begins with the error's word ("ERR …"). CR and LF become blanks, for it may
/// quote a client.
void append_error(std::string& out, std::string_view text);

void append_integer(std::string& out, std::int64_t number);

void append_bulk(std::string& out, std::string_view bytes);

/// "There is no value": `$-1` in RESP2, `_` in RESP3.
void append_null(std::string& out, protocol version);

void append_array_header(std::string& out, std::size_t items);

/// Header of `pairs` keys and values: an array of twice as many items in RESP2, a map in RESP3.
void append_map_header(std::string& out, std::size_t pairs, protocol version);

/// Header of `items` items without an order: an array in RESP2, a set in RESP3.
void append_set_header(std::string& out, std::size_t items, protocol version);

/// Header of `items` items that the server sends unasked: an array in RESP2, a push in RESP3.
void append_push_header(std::string& out, std::size_t items, protocol version);

/// A text to be shown as it is: a bulk in RESP2, a verbatim string in RESP3.
void append_verbatim(std::string& out, std::string_view text, protocol version);

/// A request in its canonical form, an array of bulks.
void append_request(std::string& out, std::span<const std::string_view> arguments);

}  // namespace shared
