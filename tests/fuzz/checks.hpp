// Whether what came of a stream is what the reference says. Pure. Each gives the disagreement in
// words, or an empty text.
#pragma once

#include "tests/fuzz/streams.hpp"

#include <string>
#include <string_view>

namespace fuzz {

/// All bytes that the client got, until the proxy closed.
std::string check_replies(const stream& sent, std::string_view received);

/// shared::request_parser alone, fed with the stream in its pieces, whole, and byte by byte.
std::string check_request_parser(const stream& sent);

/// shared::reply_parser alone, the same way, taking `bytes` for a backend's replies.
std::string check_reply_parser(const stream& sent);

}  // namespace fuzz
