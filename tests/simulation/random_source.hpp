// Chance, all of it from one seed, the same on every machine: splitmix64 (Steele, Lea, Flood: "Fast
// Splittable Pseudorandom Number Generators", OOPSLA 2014). Owned by the world of one seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace simulation {

class random_source {
  public:
    explicit random_source(std::uint64_t seed) noexcept : state_(mixed(seed)) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        return mixed(state_);
    }

    /// 0 to `bound` - 1. The bias is below 2^-30 for the bounds used here. Requires: `bound` > 0.
    std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }

    /// From `least` to `most`, both included.
    std::int64_t between(std::int64_t least, std::int64_t most) noexcept {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }

    /// True so many times in a hundred.
    bool percent(unsigned share) noexcept { return below(100) < share; }

    /// From 0 up and below 1.
    double fraction() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

    template <typename T>
    T one_of(std::initializer_list<T> all) noexcept {
        return *(all.begin() + below(all.size()));
    }

  private:
    static std::uint64_t mixed(std::uint64_t z) noexcept {
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    std::uint64_t state_;
};

}  // namespace simulation
