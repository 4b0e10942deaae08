// What the program is asked for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fuzz {

struct options {
    std::uint64_t seed = 1;
    std::uint64_t first = 0;
    std::uint64_t streams = 100'000;
    std::size_t connections = 48;  // streams under way at a time
    bool hostile_backends = false;
    bool any_type = false;  // a backend's reply may have a type that it cannot have
};

}  // namespace fuzz
