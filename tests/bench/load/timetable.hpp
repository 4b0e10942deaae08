// When requests are to be sent, and by which connection, at a fixed rate: evenly spaced,
// connections in turn. A latency that counts from here holds the wait of requests that could not be
// sent because of a stall (Gil Tene's "coordinated omission" is to leave it out). Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bench {

class timetable {
  public:
    /// Requires: rate > 0 (requests a second), connections > 0, tick > 0 (nanoseconds).
    timetable(double rate, std::size_t connections, std::int64_t tick = 1)
        : rate_(rate), connections_(connections), tick_(tick) {}

    /// Nanoseconds from the start to the request of that number.
    std::int64_t due(std::uint64_t number) const {
        const auto even = static_cast<std::int64_t>(static_cast<double>(number) * 1e9 / rate_);
        return even - even % tick_;
    }

    std::size_t connection_of(std::uint64_t number) const {
        return static_cast<std::size_t>(number % connections_);
    }

    /// The number of a connection's n-th request, counted from 0.
    std::uint64_t number_of(std::size_t connection, std::uint64_t nth) const {
        return nth * connections_ + connection;
    }

  private:
    double rate_;
    std::size_t connections_;
    std::int64_t tick_;
};

}  // namespace bench
