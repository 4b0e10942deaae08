// The CPU time that a process has used, all its threads together, from /proc.
#pragma once

#include <sys/types.h>

#include <optional>

namespace bench {

struct cpu_time {
    double ticks = 0;      // seconds, user + system, in steps of a clock tick (10 ms)
    double scheduled = 0;  // seconds on a core as the scheduler counts, in nanoseconds; 0: not told

    friend cpu_time operator-(const cpu_time& left, const cpu_time& right) {
        return {left.ticks - right.ticks, left.scheduled - right.scheduled};
    }

    /// The finer of the two that is there.
    double best() const { return scheduled > 0 ? scheduled : ticks; }
};

/// Nothing when there is no such process. A thread that has ended counts in `ticks` alone.
std::optional<cpu_time> cpu_of(pid_t process);

}  // namespace bench
