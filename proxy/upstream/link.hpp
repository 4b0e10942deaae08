// All connections of one worker to one backend: those that its clients share, and lanes, each lent
// to one client whose replies are large. On a lane nobody else waits behind a reply that its client
// takes slowly. Owned by a dispatcher, touched by its worker's thread alone.
#pragma once

#include "proxy/upstream/connection.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace proxy {

struct link_settings {
    connection_settings each;
    unsigned connections = 1;  // that are shared
    unsigned most_lanes = 0;
};

class link {
  public:
    link(shared::worker& owner, const link_settings& settings, reply_sink& sink);

    /// The connection of those that are shared which a client's requests take: always the same, so
    /// that they stay in order.
    connection& shared_by(std::size_t client) noexcept { return *shared_[client % shared_.size()]; }

    /// Lends a lane with nothing under way; null if all are lent.
    connection* take_lane();

    /// Takes a lane back. What is under way on it is forgotten.
    void give_back(connection& lane) noexcept;

    std::size_t in_flight() const noexcept;
    std::size_t lanes_lent() const noexcept { return lanes_.size() - spare_.size(); }

    /// The backend was down and is up again: its connections may be made at once.
    void on_return() noexcept;

    /// To be called some times in a second. `usable`: false breaks every connection, true makes the
    /// shared ones ahead.
    void tick(shared::steady_time now, bool usable);

  private:
    static constexpr std::size_t kept_connected = 4;  // spare lanes

    shared::worker& owner_;
    link_settings settings_;
    reply_sink& sink_;
    std::vector<std::unique_ptr<connection>> shared_;
    std::vector<std::unique_ptr<connection>> lanes_;
    std::vector<connection*> spare_;
};

}  // namespace proxy
