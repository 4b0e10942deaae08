// Buffers that many connections use in turn: one that has nothing to send holds none. Owned by a
// worker, touched by its thread alone.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace shared {

class string_pool {
  public:
    /// An empty string, with memory if there is a spare one.
    std::string take() noexcept {
        if (spare_.empty()) return {};
        auto taken = std::move(spare_.back());
        spare_.pop_back();
        kept_ -= taken.capacity();
        return taken;
    }

    /// Keeps the memory of `used` for the next, unless there is enough; `used` is empty then.
    void give_back(std::string& used) {
        const std::size_t size = used.capacity();
        if (size > std::string().capacity() && size <= largest_kept && kept_ + size <= most_kept) {
            used.clear();
            kept_ += size;
            spare_.push_back(std::move(used));
        }
        std::string().swap(used);
    }

    static constexpr std::size_t largest_kept = 64UL * 1024;  // bytes of one
    static constexpr std::size_t most_kept = 1024UL * 1024;   // bytes of all

  private:
    std::vector<std::string> spare_;
    std::size_t kept_ = 0;  // bytes
};

}  // namespace shared
