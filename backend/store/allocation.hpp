// What an allocation costs. Pure; any thread may call it.
#pragma once

#include <algorithm>
#include <cstddef>

namespace backend {

/// Bytes that malloc takes for `size` bytes. An estimate by glibc's rules: 8 bytes of its own,
/// units of 16, 32 at least; above 128 KiB whole pages with 16 bytes of its own. Reckoning with a
/// formula tells the cost before the allocation is made. What fragmentation loses is not in it.
constexpr std::size_t allocation_cost(std::size_t size) noexcept {
    constexpr std::size_t page = 4096;
    constexpr std::size_t mapped_above = 128 * 1024;
    if (size + 8 > mapped_above) return (size + 16 + page - 1) / page * page;
    return std::max<std::size_t>(32, (size + 8 + 15) / 16 * 16);
}

}  // namespace backend
