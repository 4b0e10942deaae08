// What happened in a run: counts always, lines of text if they are wanted. Owned by the world.
#pragma once

#include "tests/simulation/timeline.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

namespace simulation {

/// What must not be. Ends the run.
struct violation final : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class counted : std::uint8_t {
    sets, deletes, expiries, flushes, reads, appends, acknowledged, confirmed, unconfirmed, failed, timed_out,
    retried, kills, abrupt_ends, power_cuts, orderly_ends, restarts, wipes, cuts, partitions,
    one_way_partitions, slow_networks, slow_disks, bad_disks, disk_errors, log_failures, rewrites,
    clock_jumps, far_jumps, resizes, refused_versions, links, whole, newer, unheard, late_links, exchanges, overflows, drops,
    evicted, expired, tombstones_forgotten, torn_tails, uncovered, converged_keys,
    last
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(counted::last)> count_names{
    "sets", "deletes", "expiry changes", "flushes", "reads", "appends", "acknowledged writes",
    "confirmed by the partner", "not confirmed in time", "failed requests", "timed out requests",
    "retried requests", "kills", "of them amid a disk operation", "power cuts", "orderly ends",
    "restarts", "logs wiped", "connections cut", "partitions", "one-way partitions", "slow networks",
    "slow disks", "failing disks", "failed disk operations", "logs given up", "logs written anew",
    "clock jumps", "of them beyond the limit", "memory limits changed", "versions refused", "links", "of them with a whole exchange", "with what is newer", "with what was unheard",
    "bytes for a link that was replaced", "exchanges", "outboxes overflown", "drops for old deletes",
    "evictions", "expired entries", "tombstones forgotten", "torn ends of logs", "older values under what has expired", "keys compared"};

using tally = std::array<std::uint64_t, static_cast<std::size_t>(counted::last)>;

class journal {
  public:
    journal(const timeline& time, std::string* lines) : time_(time), lines_(lines) {}

    void count(counted what, std::uint64_t times = 1) noexcept {
        counts_[static_cast<std::size_t>(what)] += times;
    }
    const tally& counts() const noexcept { return counts_; }

    bool tracing() const noexcept { return lines_ != nullptr; }

    /// `text()` is asked for the line if somebody wants it.
    template <typename Text>
    void tell(Text text) {
        if (lines_ == nullptr) return;
        std::array<char, 32> at{};
        std::snprintf(at.data(), at.size(), "%11.6f ", static_cast<double>(time_.now()) / second);
        *lines_ += at.data();
        *lines_ += text();
        *lines_ += '\n';
    }

    [[noreturn]] void fail(const std::string& why) {
        tell([&] { return "WRONG: " + why; });
        throw violation(why);
    }

  private:
    const timeline& time_;
    std::string* lines_;
    tally counts_{};
};

}  // namespace simulation
