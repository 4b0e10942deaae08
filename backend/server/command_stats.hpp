// How often each command was run, refused and failed, and how long it took. What a worker counts is
// written by the worker alone, read by whoever answers INFO. Every 64th call of a command is timed,
// and stands for the others: the clock is dear beside a GET.
#pragma once

#include "shared/base/counter.hpp"
#include "shared/command/spec.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace backend {

struct command_counters {
    shared::counter calls;
    shared::counter rejected;  // not run: a wrong number of words, not allowed now
    shared::counter failed;    // run, and answered with an error
    shared::counter timed;     // of the calls
    shared::counter micros;    // of those that were timed
};

struct command_sums {
    std::uint64_t calls = 0, rejected = 0, failed = 0, timed = 0, micros = 0;

    command_sums& operator+=(const command_counters& more) noexcept;
    command_sums& operator-=(const command_sums& less) noexcept;

    /// Microseconds of all calls, by those that were timed.
    std::uint64_t estimated_micros() const noexcept {
        return timed == 0 ? 0 : micros * calls / timed;
    }
};

inline constexpr std::size_t command_count = static_cast<std::size_t>(shared::command_id::count);

class command_stats {
  public:
    command_counters& of(const shared::command_spec& spec) noexcept {
        return counters_[static_cast<std::size_t>(spec.id)];
    }
    const command_counters& of(const shared::command_spec& spec) const noexcept {
        return counters_[static_cast<std::size_t>(spec.id)];
    }

    /// Counts a call. True: it is one to be timed.
    static bool begin(command_counters& which) noexcept {
        which.calls.add();
        return which.calls.get() % sampled_one_of == 1;
    }

    static constexpr std::uint64_t sampled_one_of = 64;

    const std::array<command_counters, command_count>& all() const noexcept { return counters_; }

  private:
    std::array<command_counters, command_count> counters_;
};

/// The sums of all workers, by command.
using command_table = std::vector<command_sums>;

/// The lines of INFO's "Commandstats": "cmdstat_get:calls=1,usec=…" for what was called or refused.
std::string command_lines(const command_table& sums);

}  // namespace backend
