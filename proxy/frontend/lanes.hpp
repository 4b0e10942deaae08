// The connections that one client has for itself, because its replies are large. Owned by its
// session, touched by its worker's thread alone.
//
// On a lane a reply that can't leave yet is left unread, and with it all that stands behind it. So
// a lane takes the client's requests in their order only: one that is sent again after a later one
// gets another lane. Otherwise the reply that all wait for could be the one that is not read.
#pragma once

#include "proxy/upstream/link.hpp"

#include <cstdint>
#include <vector>

namespace proxy {

class lanes {
  public:
    lanes() = default;
    ~lanes() { give_back(); }
    lanes(const lanes&) = delete;
    lanes& operator=(const lanes&) = delete;

    /// A lane for this request to the backend at the other end of `to`; null if none is to be had.
    connection* take(link& to, std::uint64_t request);

    /// The same, or else `fallback`; where the client has no lane to that backend, for all further
    /// requests too, until `forget_fallbacks`.
    connection& take_or(link& to, std::uint64_t request, connection& fallback);

    /// Whether the connection is one of these lanes.
    bool has(const connection& one) const noexcept;

    /// Gives all lanes back; what is under way on them is forgotten.
    void give_back() noexcept;

    /// Tries for lanes again. Requires: nothing of the client is under way.
    void forget_fallbacks() noexcept;

  private:
    struct lane {
        link* to;
        connection* way;
        std::uint64_t newest_request;
        bool lent;  // false: the fallback
    };

    std::vector<lane> all_;
};

}  // namespace proxy
