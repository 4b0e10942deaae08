// One connection of the load: its socket, what is to be sent, what has been asked and waits for an
// answer. Owned by `run`; its thread.
#pragma once

#include "tests/bench/load/connection.hpp"
#include "tests/bench/load/workload.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct pending {
    request asked;
    std::int64_t due = 0;  // from when its latency counts, in nanoseconds of the steady clock
};

class client {
  public:
    /// Connects; throws std::system_error. At most `pipeline` requests are under way.
    client(const std::string& host, std::uint16_t port, std::size_t pipeline);

    int descriptor() const noexcept { return socket_.descriptor(); }
    std::size_t under_way() const noexcept { return count_; }
    bool is_full() const noexcept { return count_ == ring_.size(); }

    /// Requires: not full.
    void ask(const pending& one, const workload& work);

    /// Requires: something is under way.
    const pending& oldest() const noexcept { return ring_[first_]; }
    void drop_oldest() noexcept;

    enum class sending { done, partly, failed };
    sending flush() noexcept;

    std::string rest;             // the beginning of an answer whose end has not come
    bool wants_to_write = false;  // the loop waits until more can be sent
    std::uint64_t taken = 0;      // requests of the timetable that have been asked
    std::uint64_t waiting = 0;    // and those that are due but could not be asked yet

  private:
    connection socket_;
    std::vector<pending> ring_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::string out_;
    std::size_t sent_ = 0;
};

}  // namespace bench
