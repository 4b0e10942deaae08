#include "shared/buffer/read_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace shared {

std::span<char> read_buffer::prepare(std::size_t size) {
    const std::size_t stored = end_ - begin_;
    if (capacity_ - end_ < size) {
        if (capacity_ >= stored + size && begin_ >= stored) {
            std::memcpy(bytes_.get(), bytes_.get() + begin_, stored);
        } else {
            // Doubling keeps the copying of a value that arrives in many pieces linear.
            const std::size_t grown = std::max(stored + size, stored == 0 ? 0 : 2 * capacity_);
            auto bytes = std::make_unique_for_overwrite<char[]>(grown);
            if (stored != 0) std::memcpy(bytes.get(), bytes_.get() + begin_, stored);
            bytes_ = std::move(bytes);
            capacity_ = grown;
        }
        begin_ = 0;
        end_ = stored;
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void read_buffer::consume(std::size_t size) noexcept {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
}

void read_buffer::release() noexcept {
    if (begin_ != end_) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
}

}  // namespace shared
