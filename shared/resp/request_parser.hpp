// Requests of a client: inline lines and RESP arrays of bulk strings, on the same connection.
// Pure and incremental: feed it what has arrived, at any split. Owned by one connection.
//
// Format: https://redis.io/docs/latest/develop/reference/protocol-spec/ ("Sending commands to a
// Redis server", "Inline commands"). Stricter than Redis in one point: lengths and bulks must end
// with CR LF.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

/// What a client may send. Beyond it the request is malformed, not merely refused: the length of
/// what follows can't be trusted or can't be held.
struct request_limits {
    std::size_t line = 64 * 1024;             // bytes of an inline line, or of a length line
    std::size_t value = 512UL * 1024 * 1024;  // bytes of one argument (Redis: proto-max-bulk-len)
    std::size_t arguments = 1024UL * 1024;    // arguments of one request
    std::size_t request =
        1024UL * 1024 * 1024;  // bytes of one request (Redis: client-query-buffer-limit)
};

/// The limits that follow from the two that are configured: a request holds its longest value and
/// its other words.
constexpr request_limits limits_for(std::size_t line, std::size_t value) noexcept {
    request_limits limits{.line = line, .value = value};
    limits.request = std::max(limits.request, value + line * 1024);
    return limits;
}

enum class parse_status : std::uint8_t { complete, need_more, malformed };

/// Where requests are taken apart: parsers of one thread may share it, for each needs it only while
/// `parse` runs and as long as its outcome is looked at. An idle connection then has no part of it.
struct request_scratch {
    struct piece {
        std::size_t offset;
        std::size_t size;
    };

    std::vector<piece> pieces;  // the bulks of an array that have come
    std::vector<std::string_view> arguments;
    std::vector<std::string> unquoted;
    std::string error;
};

class request_parser {
  public:
    /// With a scratch of its own.
    explicit request_parser(const request_limits& limits = {})
        : limits_(limits), own_(std::make_unique<request_scratch>()), scratch_(own_.get()) {}

    /// Requires: `scratch` outlives the parser and is used by its thread alone.
    request_parser(const request_limits& limits, request_scratch& scratch) noexcept
        : limits_(limits), scratch_(&scratch) {}

    /// Goes on with the current request. `input` begins with the request's first byte and holds all
    /// that has arrived of it (and maybe more). complete: `arguments` and `consumed` are valid; the
    /// next call begins a new request. An empty line or an empty array is a complete request
    /// without arguments, to be skipped. need_more: call again with the same bytes and more.
    /// malformed: `error` is valid, the connection can't be trusted any more.
    parse_status parse(std::string_view input);

    /// The words of the complete request. They point into `input` or into the scratch: valid until
    /// either changes.
    std::span<const std::string_view> arguments() const noexcept { return scratch_->arguments; }

    /// Bytes of `input` that the complete request took.
    std::size_t consumed() const noexcept { return consumed_; }

    /// After malformed: Redis's error text, without the leading '-': "ERR Protocol error: …".
    std::string_view error() const noexcept { return scratch_->error; }

    /// After need_more: how many bytes more the current argument takes at least. Lets a buffer grow
    /// once.
    std::size_t missing() const noexcept { return missing_; }

  private:
    parse_status parse_more(std::string_view input);
    parse_status parse_array(std::string_view input);
    bool take_whole_request(std::string_view input);
    parse_status parse_bulk(std::string_view input);
    parse_status parse_inline(std::string_view input);
    parse_status read_length(std::string_view input, std::string_view too_long,
                             std::int64_t& number, std::string_view wrong);
    parse_status fail(std::string_view text);
    parse_status finish(std::size_t consumed, std::string_view input);

    request_limits limits_;
    std::unique_ptr<request_scratch> own_;
    request_scratch* scratch_;
    std::vector<request_scratch::piece> pieces_;  // of an incomplete request, between two calls
    std::size_t position_ = 0;                    // first byte not looked at yet
    std::size_t consumed_ = 0;
    std::size_t missing_ = 0;
    std::int64_t left_ = -1;  // bulks still to come; -1: the array's header has not been read
    std::int64_t bulk_ = -1;  // size of the current bulk; -1: its header has not been read
    bool fresh_ = true;
};

}  // namespace shared
