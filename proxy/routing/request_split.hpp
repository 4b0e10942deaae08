// A request about several keys, cut into one request for each backend that serves some of them.
// Pure. Keeps its memory from one request to the next. Owned by a dispatcher.
//
//   MGET k1 k2 k3 k4  ──▶  part 0, a: MGET k1 k3        part_of_key: 0 1 0 1
//                          part 1, b: MGET k2 k4
#pragma once

#include "proxy/routing/router.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace proxy {

class request_split {
  public:
    struct part {
        target where;
        std::size_t keys = 0;
        std::size_t first = 0;  // of its words, among those of all parts
    };

    /// Cuts `words`, a command's name and then groups of `step` words that begin with a key.
    /// `loads`: see router::serve. Requires: the groups are whole; what `words` point at outlives
    /// what is done with the parts.
    void cut(std::span<const std::string_view> words, std::size_t step, const router& routes,
             std::span<const backend_status> statuses, std::span<const candidate> loads);

    /// In the order in which the request names them first.
    std::span<const part> parts() const noexcept { return parts_; }
    std::span<const std::uint16_t> part_of_key() const noexcept { return part_of_key_; }

    /// The request of one part: the command's name and the part's groups. Valid until the next
    /// `cut`.
    std::span<const std::string_view> words_of(std::size_t index) const noexcept {
        const auto& own = parts_[index];
        return std::span(words_).subspan(own.first, 1 + own.keys * step_);
    }

  private:
    static constexpr std::uint16_t none = UINT16_MAX;

    std::uint16_t part_of(const target& where, std::size_t servers);
    void group(std::span<const std::string_view> words);

    std::size_t step_ = 1;
    std::vector<part> parts_;
    std::vector<std::string_view> words_;  // of all parts, one part's behind the other's
    std::vector<std::uint64_t> hashes_;    // of the keys
    std::vector<std::size_t> homes_;       // of the keys
    std::vector<std::uint16_t> part_of_key_;
    std::vector<std::uint16_t> part_of_home_;
    std::vector<std::uint16_t> part_of_server_;  // the last place: of keys that nobody serves
};

}  // namespace proxy
