// The hash of a key in one pool: its function, and the part of the key that it is taken of. A
// value; any thread may use it.
#pragma once

#include "shared/hash/hash.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace shared {

/// The two characters between which a key's tag stands, as in "{user1}:name".
struct tag_marks {
    char open;
    char close;
};

/// The part of a key that decides on its home: what stands between the first `open` and the first
/// `close` after it, if both are there with something between them, else the whole key. As Redis
/// Cluster has it with "{}", and twemproxy with any two characters.
constexpr std::string_view tag_of(std::string_view key, tag_marks marks) noexcept {
    const auto open = key.find(marks.open);
    if (open == std::string_view::npos) return key;
    const auto close = key.find(marks.close, open + 1);
    if (close == std::string_view::npos || close == open + 1) return key;
    return key.substr(open + 1, close - open - 1);
}

class key_hash {
  public:
    /// Without `marks` the whole key counts. Requires: `function` is not null.
    key_hash(hash_function function, std::optional<tag_marks> marks = std::nullopt) noexcept
        : function_(function), marks_(marks) {}

    std::uint64_t operator()(std::string_view key) const noexcept {
        return function_(marks_ ? tag_of(key, *marks_) : key);
    }

  private:
    hash_function function_;
    std::optional<tag_marks> marks_;
};

}  // namespace shared
