// How much one client may have under way: few requests while their replies are large, for replies
// that have come and cannot leave yet are held in memory. Pure. Owned by a session.
//
// As in TCP's slow start the window begins small and grows with each reply; what bounds it is a
// budget of bytes, divided by the size of recent values. It counts values, not requests: one MGET
// of 500 keys may bring as much as 500 GETs.
#pragma once

#include <algorithm>
#include <cstddef>

namespace proxy {

class reply_window {
  public:
    /// `most`: values under way, whatever their size.
    explicit reply_window(std::size_t most = 1024) noexcept
        : most_(most), size_(std::min(first, most)) {}

    /// Whether another request may begin beside so many values under way.
    bool is_open(std::size_t in_flight) const noexcept { return in_flight < size_; }

    /// A reply of so many bytes has come, to a request for so many values.
    void on_reply(std::size_t all_bytes, std::size_t values = 1) noexcept {
        const std::size_t bytes = all_bytes / values;
        // Up at once, down slowly: one large reply announces others.
        recent_ = bytes > recent_ ? bytes : recent_ - (recent_ - bytes) / 8;
        size_ = std::min(size_ + values, std::clamp(budget / std::max<std::size_t>(recent_, 1),
                                                    std::size_t{1}, most_));
    }

    std::size_t size() const noexcept { return size_; }

    static constexpr std::size_t budget = 4UL * 1024 * 1024;  // bytes of replies on their way
    static constexpr std::size_t first = 16;

  private:
    std::size_t most_;
    std::size_t size_;
    std::size_t recent_ = 0;  // bytes of a value
};

}  // namespace proxy
