// Where the keys of a request are, also of those whose keys are not at fixed places. Pure.
// Source: the key specifications of `COMMAND INFO` in Redis 7.0 and how Redis reads the options
// between: https://redis.io/docs/latest/develop/reference/key-specs/
#pragma once

#include "shared/command/spec.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace shared {

enum class key_search : std::uint8_t {
    found,
    none,       // the request names no key and need not: EVAL with a number of keys of 0
    malformed,  // keys are promised that are not there, or an option is unknown
    elsewhere,  // it also reads keys that only their values name: SORT with BY or GET
    blocking,   // it may wait for keys: XREAD with BLOCK
};

/// The keys of one request, as indices into its words: `first`, `first + step`, … and one more that
/// the result is stored at, if `destination` is not 0.
struct request_keys {
    key_search outcome = key_search::none;
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t step = 1;
    std::size_t destination = 0;

    /// Calls `use` with each key in the order of the words. Requires: outcome is `found` or
    /// `elsewhere`.
    template <typename Function>
    void for_each(std::span<const std::string_view> words, Function use) const {
        if (destination != 0 && destination < first) use(words[destination]);
        for (std::size_t i = 0; i < count; ++i) use(words[first + i * step]);
        if (destination > first) use(words[destination]);
    }
};

/// Requires: `words` fit the command's arity.
request_keys find_keys(const command_spec& spec, std::span<const std::string_view> words) noexcept;

/// What becomes of the reply of this request in RESP3: the specification's shape, or `as_is` if it
/// depends on an option that is not given. `popped` with a count is `scored`.
reply_shape shape_of(const command_spec& spec, std::span<const std::string_view> words) noexcept;

}  // namespace shared
