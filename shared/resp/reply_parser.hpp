// Replies of a backend, RESP2, found and measured but not decoded: the proxy passes most of them on
// as bytes. Pure and incremental. A backend is as suspect as a client: what can't be a reply is
// malformed. Format: https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include "shared/resp/request_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace shared {

/// Of what a reply claims nothing is reserved: an open array costs its counter, so `items` is what
/// Redis can hold in one value, and bytes are bounded where they are held.
struct reply_limits {
    std::size_t line = 64 * 1024;   // bytes of a line: a length, a simple string, an error
    std::size_t value = 4UL << 30;  // bytes of one bulk
    std::size_t items = 4UL << 30;  // items of one array
    std::size_t depth = 64;         // arrays within arrays
};

class reply_parser {
  public:
    explicit reply_parser(const reply_limits& limits = {}) noexcept : limits_(limits) {}

    /// Goes on with the current reply. `input` begins with its first byte and holds all that has
    /// arrived of it. complete: `consumed` is the reply's size, the next call begins a new one.
    /// need_more: call again with the same bytes and more. malformed: the connection can't be
    /// trusted any more.
    parse_status parse(std::string_view input);

    std::size_t consumed() const noexcept { return position_; }

    /// After need_more: how many bytes more the reply takes at least.
    std::size_t missing() const noexcept { return missing_; }

  private:
    void take_whole_bulks(std::string_view input);
    parse_status parse_item(std::string_view input);
    parse_status parse_bulk(std::string_view input, std::size_t body, std::int64_t size);
    parse_status open_array(std::size_t body, std::int64_t items);

    reply_limits limits_;
    std::vector<std::size_t> open_;  // items still to come of each open array, outermost first
    std::size_t position_ = 0;
    std::size_t missing_ = 0;
    std::size_t searched_ = 0;  // no end of line before it
    bool fresh_ = true;
};

/// Takes the first item off `replies`, a complete sequence of replies; nothing at its end.
/// Requires: `replies` was measured by reply_parser.
std::optional<std::string_view> next_reply(std::string_view& replies);

/// The number in the first line of a reply, behind its type: an integer's value, a bulk's or
/// array's size. Nothing if it is no number, or not in the one form that Redis gives it: a client
/// may refuse another.
std::optional<std::int64_t> reply_number(std::string_view reply) noexcept;

}  // namespace shared
