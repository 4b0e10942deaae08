// Outbound bytes of one connection: replies are appended, the socket takes them from the front.
// Owned by the connection and touched by its worker alone.
#pragma once

#include "shared/buffer/string_pool.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace shared {

class write_queue {
  public:
    write_queue() = default;

    /// A queue that has memory only while bytes are queued, and else leaves it to the others.
    explicit write_queue(string_pool& buffers) noexcept : buffers_(&buffers) {}

    /// Append here; the bytes are queued at once.
    std::string& tail() noexcept {
        if (buffers_ != nullptr && bytes_.empty()) borrow();
        return bytes_;
    }

    /// What is to be written next.
    std::string_view front() const noexcept { return std::string_view(bytes_).substr(head_); }

    std::size_t size() const noexcept { return bytes_.size() - head_; }
    bool empty() const noexcept { return size() == 0; }

    /// Drops `size` bytes that were written. Requires: `size <= this->size()`.
    /// Memory beyond `kept_capacity` goes back as soon as the queue is empty.
    void consume(std::size_t size);

    static constexpr std::size_t kept_capacity = 64 * 1024;

    /// Gives all memory back if the queue is empty.
    void release();

  private:
    void borrow() noexcept;

    string_pool* buffers_ = nullptr;
    std::string bytes_;
    std::size_t head_ = 0;
};

}  // namespace shared
