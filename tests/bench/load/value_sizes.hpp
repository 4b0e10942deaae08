// How long the values of a load are: one size, a few with weights, or long-tailed. A key's size
// follows from its number, so that whoever asks knows what must be there. Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace bench {

class value_sizes {
  public:
    /// All of one size, in bytes.
    explicit value_sizes(std::size_t size = 64) : largest_(size) {}

    /// `64`; `84:99,10224:1` (of 100 keys, 99 have 84 bytes, by random choice and not in turn); or
    /// `long-tail`. Throws std::invalid_argument.
    static value_sizes read(std::string_view text);

    /// Bytes of the value of the key with this number.
    std::size_t of(std::uint32_t key) const;

    std::size_t largest() const noexcept { return largest_; }

    /// Of a long tail: 64 bytes to 1 MiB, a bounded Pareto distribution of shape 1, whose mean is
    /// 621. Half of the values are below 128 bytes, and each doubling of size is half as frequent,
    /// so that each holds as many bytes in all.
    static constexpr std::size_t tail_least = 64;
    static constexpr std::size_t tail_most = 1U << 20U;

  private:
    struct share {
        std::size_t size;
        std::uint64_t end;  // of its weight and those before it
    };

    std::size_t largest_;
    std::vector<share> shares_;
    bool long_tail_ = false;
};

}  // namespace bench
