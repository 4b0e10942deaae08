// Place and generation of a session in its table. Plain data.
#pragma once

#include <cstdint>

namespace shared {

struct session_id {
    std::uint32_t place = 0;
    std::uint32_t generation = 0;  // 0: no session

    friend bool operator==(const session_id&, const session_id&) = default;
};

}  // namespace shared
