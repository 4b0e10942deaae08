// Which requests are timed. A data command reads the clock when it begins, for expiry; reading it
// again when it ends costs some 2 % of a GET, so that is done only where it may tell something: for
// every request if the thresholds are low (server_state::times_all), else for those that can take
// long. Pure.
#pragma once

#include "shared/command/spec.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace backend {

inline constexpr std::size_t many_words = 64;
inline constexpr std::size_t many_bytes = 64UL * 1024;  // of a value or of a reply

/// True if the request, which has been run, may have taken more than a few milliseconds of this
/// thread: neither of constant time nor SET, or with many words, or a large value in or out.
inline bool may_be_slow(const shared::command_spec& spec, std::span<const std::string_view> words,
                        std::size_t reply_bytes) noexcept {
    if (words.size() > many_words || reply_bytes > many_bytes) return true;
    if (spec.has(shared::fast)) return words.back().size() > many_bytes;
    return spec.id != shared::command_id::set || words[2].size() > many_bytes;
}

}  // namespace backend
