// The replies of one client that may not leave before the partner has confirmed its writes: a write
// and all that was asked behind it, in order. Pure. Owned by the session.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

/// What a write is answered that was applied here and not confirmed; as in Redis, where a master
/// has too few replicas, its word is NOREPLICAS.
inline constexpr std::string_view not_confirmed =
    "-NOREPLICAS the write is applied here, but the partner has not confirmed it in time\r\n";

class held_replies {
  public:
    bool empty() const noexcept { return !holding_; }

    /// Bytes held.
    std::size_t size() const noexcept { return bytes_.size(); }

    /// `reply`: RESP of one request; may be empty. `is_write`: it has to be confirmed.
    void add(std::string_view reply, bool is_write);

    /// Gives them all up for sending. Without confirmation the reply of each write is replaced by
    /// `not_confirmed`, unless it is an error, for then it has changed nothing, or empty.
    std::string take(bool confirmed);

  private:
    struct place {
        std::size_t begin;
        std::size_t end;
    };

    std::string bytes_;
    std::vector<place> writes_;  // in order
    bool holding_ = false;
};

}  // namespace backend
