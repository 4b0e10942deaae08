// Random numbers that follow from a seed. Pure.
#pragma once

#include <cstdint>

namespace bench {

/// A scramble of 64 bits (the finaliser of Steele, Lea and Flood's SplitMix64, OOPSLA 2014).
constexpr std::uint64_t scramble(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

/// A number below `limit`, from the upper half of a random one.
constexpr std::uint32_t scale(std::uint64_t random, std::uint32_t limit) {
    return static_cast<std::uint32_t>(((random >> 32U) * limit) >> 32U);
}

}  // namespace bench
