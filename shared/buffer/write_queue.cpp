#include "shared/buffer/write_queue.hpp"

namespace shared {

void write_queue::consume(std::size_t size) {
    head_ += size;
    if (head_ == bytes_.size()) {
        head_ = 0;
        bytes_.clear();
        if (buffers_ != nullptr) return release();
        if (bytes_.capacity() > kept_capacity) std::string().swap(bytes_);
    } else if (head_ > bytes_.size() / 2 && head_ > kept_capacity) {
        // At least half of the bytes are gone: moving the rest costs less than was written.
        bytes_.erase(0, head_);
        head_ = 0;
    }
}

void write_queue::release() {
    if (!empty()) return;
    if (buffers_ != nullptr) buffers_->give_back(bytes_);
    std::string().swap(bytes_);
}

void write_queue::borrow() noexcept {
    if (bytes_.capacity() <= std::string().capacity()) bytes_ = buffers_->take();
}

}  // namespace shared
