// What a stream of bytes says, read in the slowest and most obvious way: all of it at once, byte by
// byte, every word copied. Shares no code with shared/resp, which it checks. Pure.
//
// Sources: https://redis.io/docs/latest/develop/reference/protocol-spec/ for the format, Redis 7's
// sds.c (sdssplitargs) for the quoting of inline commands and networking.c for the texts of errors;
// shared/resp/request_parser.hpp says where Ringway is stricter: every length and every bulk ends
// with CR LF, and a length has one form alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

using words = std::vector<std::string>;

struct reference_limits {
    std::size_t line;   // bytes of an inline line or of a length
    std::size_t value;  // bytes of one argument
    std::size_t arguments = 1024UL * 1024;
};

/// All requests of a stream, and how it ends.
struct reading {
    enum class ending { clean, incomplete, malformed };

    std::vector<words> requests;  // none is empty: an empty line or array asks for nothing
    ending end = ending::clean;
    std::string error;  // of a malformed stream: the error's text, without '-'
};

reading read_requests(std::string_view stream, const reference_limits& limits);

/// One reply, taken apart.
struct reply {
    char type = 0;             // its first byte
    bool null = false;         // $-1, *-1 or _
    std::string text;          // of a line or a bulk
    std::vector<reply> items;  // of an array, set, map (twice as many) or push
    std::string bytes;         // as it was sent
};

enum class reply_status { complete, incomplete, malformed };

/// The types that RESP2 has, or those of RESP3 besides.
enum class reply_types { resp2, resp3 };

/// Takes the first reply off `stream`.
reply_status take_reply(std::string_view& stream, reply_types types, reply& out);

/// The number that `text` is the one decimal form of, if it fits into 64 bits.
std::optional<long long> whole_number(std::string_view text);

/// Takes the first request off `stream`, which must be an array of bulks in canonical form.
reply_status take_canonical(std::string_view& stream, words& out);

/// `bytes` as a C string shows them, in quotes.
std::string escaped(std::string_view bytes);

}  // namespace fuzz
