// A list of backends that owns their names, for layouts only look at them.
#pragma once

#include "proxy/policy/placement.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace support {

struct weighted_names {
    std::vector<std::string> names;
    std::vector<std::uint32_t> weights;

    /// The first `count`. Who is `gone` keeps its index and loses its weight.
    std::vector<proxy::weighted_backend> list(std::size_t count,
                                              std::optional<std::size_t> gone = {}) const {
        std::vector<proxy::weighted_backend> out;
        for (std::size_t i = 0; i < count; ++i)
            out.push_back({names[i], gone == i ? 0 : weights[i]});
        return out;
    }
};

}  // namespace support
