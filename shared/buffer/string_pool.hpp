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
        return taken;
    }

    /// Keeps the memory of `used` for the next, unless there is enough; `used` is empty then.
    void give_back(std::string& used) {
        const bool useful = used.capacity() > std::string().capacity();
        if (useful && used.capacity() <= largest_kept && spare_.size() < most_kept) {
            used.clear();
            spare_.push_back(std::move(used));
        }
        std::string().swap(used);
    }

    static constexpr std::size_t largest_kept = 64 * 1024;
    static constexpr std::size_t most_kept = 256;

  private:
    std::vector<std::string> spare_;
};

}  // namespace shared
