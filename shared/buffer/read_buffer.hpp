// Inbound bytes of one connection, contiguous, so that a parser sees every request whole.
// Owned by the connection and touched by its worker alone. Holds no memory while it is empty
// and `release` was called: an idle connection costs nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace shared {

class read_buffer {
  public:
    /// Room to read at least `size` bytes into, behind what is stored. Valid until the next call.
    std::span<char> prepare(std::size_t size);

    /// Adds the first `size` bytes of the prepared room to the stored ones.
    /// Requires: `size` is at most the size of the last `prepare`.
    void commit(std::size_t size) noexcept { end_ += size; }

    /// Drops the first `size` stored bytes. Requires: `size <= data().size()`.
    void consume(std::size_t size) noexcept;

    std::string_view data() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }

    /// Gives the memory back if nothing is stored.
    void release() noexcept;

    std::size_t capacity() const noexcept { return capacity_; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace shared
