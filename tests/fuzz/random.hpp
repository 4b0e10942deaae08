// Numbers for the streams: the same on every machine and in every standard library, for a seed and
// a stream's number must give the same bytes for ever. splitmix64 (Steele, Lea, Flood: "Fast
// Splittable Pseudorandom Number Generators", OOPSLA 2014).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace fuzz {

class random_source {
  public:
    /// Sources of different `part`s of one stream do not depend on each other.
    random_source(std::uint64_t seed, std::uint64_t number, std::uint64_t part)
        : state_(mixed(mixed(mixed(seed) + number) + part)) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        return mixed(state_);
    }

    /// 0 to `bound` - 1. The bias is below 2^-40 for the bounds used here. Requires: `bound` > 0.
    std::size_t below(std::size_t bound) noexcept { return next() % bound; }

    /// From `least` to `most`, both included.
    std::size_t between(std::size_t least, std::size_t most) noexcept {
        return least + below(most - least + 1);
    }

    /// True once in `times` on average.
    bool once_in(std::size_t times) noexcept { return below(times) == 0; }

    std::string_view one_of(std::initializer_list<std::string_view> all) noexcept {
        return *(all.begin() + below(all.size()));
    }

    char byte() noexcept { return static_cast<char>(next() & 0xff); }

  private:
    static std::uint64_t mixed(std::uint64_t z) noexcept {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

}  // namespace fuzz
