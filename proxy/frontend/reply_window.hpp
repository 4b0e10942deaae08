// How many requests of one client may be under way: few while their replies are large, for replies
// that have come and cannot leave yet are held in memory. Pure. Owned by a session.
//
// As in TCP's slow start the window begins small and grows by one with each reply; what bounds it
// is a budget of bytes, divided by the size of recent replies.
#pragma once

#include <algorithm>
#include <cstddef>

namespace proxy {

class reply_window {
  public:
    bool is_open(std::size_t in_flight) const noexcept { return in_flight < size_; }

    /// A reply of so many bytes has come.
    void on_reply(std::size_t bytes) noexcept {
        // Up at once, down slowly: one large reply announces others.
        recent_ = bytes > recent_ ? bytes : recent_ - (recent_ - bytes) / 8;
        size_ = std::min(size_ + 1, std::clamp(budget / std::max<std::size_t>(recent_, 1),
                                               std::size_t{1}, most));
    }

    std::size_t size() const noexcept { return size_; }

    static constexpr std::size_t budget = 4UL * 1024 * 1024;  // bytes of replies on their way
    static constexpr std::size_t first = 16;
    static constexpr std::size_t most = 1024;

  private:
    std::size_t size_ = first;
    std::size_t recent_ = 0;  // bytes of a reply
};

}  // namespace proxy
