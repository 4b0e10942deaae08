// The policies of eviction by their names in the configuration.
#pragma once

#include "backend/store/eviction.hpp"

#include <array>
#include <memory>
#include <string_view>

namespace backend {

inline constexpr std::array<std::string_view, 3> eviction_names{"lru", "s3-fifo", "adaptive-fifo"};
inline constexpr std::string_view default_eviction = "adaptive-fifo";

/// Null if no policy has the name.
std::unique_ptr<eviction_policy> make_eviction_policy(std::string_view name);

}  // namespace backend
