// Outbound bytes of one connection: replies are appended, the socket takes them from the front.
// Owned by the connection and touched by its worker alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shared {

class write_queue {
  public:
    /// Append here; the bytes are queued at once.
    std::string& tail() noexcept { return bytes_; }

    /// What is to be written next.
    std::string_view front() const noexcept { return std::string_view(bytes_).substr(head_); }

    std::size_t size() const noexcept { return bytes_.size() - head_; }
    bool empty() const noexcept { return size() == 0; }

    /// Drops `size` bytes that were written. Requires: `size <= this->size()`.
    /// Memory beyond `kept_capacity` goes back as soon as the queue is empty.
    void consume(std::size_t size);

    /// Gives all memory back if the queue is empty.
    void release();

    static constexpr std::size_t kept_capacity = 64 * 1024;

  private:
    std::string bytes_;
    std::size_t head_ = 0;
};

}  // namespace shared
