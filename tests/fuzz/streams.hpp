// The streams that clients send: requests by a grammar, most of them sound, and then spoiled by
// mutations; and where a stream is split. Pure: all follows from the seed and the stream's number.
#pragma once

#include "tests/fuzz/random.hpp"
#include "tests/fuzz/reference.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fuzz {

/// What the proxy under test is configured with: small, so that streams reach them.
inline constexpr reference_limits limits{.line = 1024, .value = 16 * 1024};

struct stream {
    std::string bytes;
    std::vector<std::size_t> pieces;  // sizes, in their order; none is 0
};

stream make_stream(std::uint64_t seed, std::uint64_t number);

/// A request that is answered with a reply of its own: its keys are the only ones of that name.
words make_plain_request(random_source& random, const std::string& name);

/// One to four mutations: bits, bytes and runs of bytes flipped, put in, taken out, moved, doubled.
void mutate(std::string& bytes, random_source& random);

/// Sizes of pieces that make up `bytes`.
std::vector<std::size_t> cut(const std::string& bytes, random_source& random);

/// `request` as an array of bulks.
std::string encoded(const words& request);

}  // namespace fuzz
