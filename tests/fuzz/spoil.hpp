// What hostile backends make of right answers. Pure: all follows from the source of randomness.
#pragma once

#include "tests/fuzz/random.hpp"

#include <string>
#include <vector>

namespace fuzz {

/// What a connection sends instead of its replies.
struct spoiled {
    std::string answer;
    std::string late;     // the rest of the right replies, to be sent when they have timed out
    bool silent = false;  // and nothing is sent until then
};

/// Requires: `replies` is not empty.
spoiled spoil(const std::vector<std::string>& replies, random_source& random);

}  // namespace fuzz
