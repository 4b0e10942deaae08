// Connections between hosts, as their processes see TCP: bytes come in order, in other pieces than
// they were sent in, late, or never; a connection ends at either side at another time, or one side
// never learns of it. What was written by a process that has gone still comes, maybe after what its
// successor writes over a newer connection. Owned by the world.
//
//   dial ─▶ on_accepted, on_connected     or on_refused, or nothing at all
//   write ─▶ on_bytes at the other side, later; on_room when a full connection takes bytes again
//   close ─▶ on_closed at the other side, behind all that was written
#pragma once

#include "tests/simulation/journal.hpp"
#include "tests/simulation/random_source.hpp"
#include "tests/simulation/settings.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

using connection_id = std::uint32_t;
inline constexpr connection_id no_connection = UINT32_MAX;

/// What a connection is for.
enum class purpose : std::uint8_t { link, requests, probes };

inline constexpr unsigned proxy_host = 2;
inline constexpr unsigned client_host = 3;
inline constexpr unsigned host_count = 4;

/// What could not get through is sent again within that time once it can.
inline constexpr sim_time longest_resend = 800 * ms;

class host {
  public:
    virtual ~host() = default;
    virtual bool powered() const { return true; }
    virtual bool listening() const { return false; }
    /// When its process looks at what has come; now, or later if it is held up.
    virtual sim_time free_at(sim_time now) const { return now; }
    virtual void on_accepted(connection_id, purpose) {}
    virtual void on_connected(connection_id) {}
    virtual void on_refused(connection_id) {}
    virtual void on_bytes(connection_id which, std::string_view bytes) = 0;
    virtual void on_room(connection_id) {}
    virtual void on_closed(connection_id which) = 0;
};

class network {
  public:
    network(const settings& config, random_source& chance, timeline& time, journal& notes);

    void attach(unsigned place, host& who) { hosts_[place] = &who; }

    connection_id dial(unsigned from, unsigned to, purpose what);
    /// How many of `bytes` the kernel takes.
    std::size_t write(connection_id which, unsigned from, std::string_view bytes);
    /// All that the kernel has taken over this connection from that side, ever.
    std::uint64_t written(connection_id which, unsigned from) const;
    /// The process at that side closes it, or has ended.
    void close(connection_id which, unsigned from);
    void process_ended(unsigned place);
    void power_lost(unsigned place);

    /// Breaks a connection that is open, by chance, at any byte of either way.
    void cut_one();
    /// Whether nothing gets from one host to the other.
    void block(unsigned from, unsigned to, bool blocked);
    bool blocked(unsigned from, unsigned to) const noexcept { return blocked_[from][to]; }
    void slow_until(sim_time when, std::int64_t factor);
    bool is_slow() const noexcept { return time_.now() < slow_until_; }
    void heal();

    /// Called when the way between those two has been disturbed.
    std::function<void(unsigned, unsigned)> on_trouble = [](unsigned, unsigned) {};

  private:
    struct piece {
        sim_time arrives;
        std::string bytes;
    };
    struct way {
        std::deque<piece> pieces;
        std::size_t queued = 0;
        std::uint64_t written = 0;
        sim_time last_arrival = 0;
        bool full = false;    // a write was refused since the last `on_room`
        bool ending = false;  // nothing comes behind the pieces but the end
        bool planned = false;
    };
    struct connection {
        unsigned hosts[2];
        purpose what;
        way ways[2];   // of what that side has written
        bool open[2];  // its process has it
        bool made = false;
    };

    sim_time delay(unsigned from, unsigned to);
    void try_to_connect(connection_id which, unsigned attempt);
    void plan(connection_id which, unsigned side);
    void deliver(connection_id which, unsigned side);
    void take_piece(connection_id which, unsigned side);
    void end(connection_id which, unsigned side);
    void shorten(way& what);
    unsigned side_of(const connection& which, unsigned place) const noexcept {
        return which.hosts[0] == place ? 0 : 1;
    }

    const settings& config_;
    random_source& chance_;
    timeline& time_;
    journal& notes_;
    host* hosts_[host_count] = {};
    bool blocked_[host_count][host_count] = {};
    std::deque<connection> connections_;
    sim_time slow_until_ = 0;
    std::int64_t slowness_ = 1;
};

}  // namespace simulation
