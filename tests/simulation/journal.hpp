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
    sets,
    deletes,
    expiries,
    flushes,
    reads,
    appends,
    acknowledged,
    confirmed,
    unconfirmed,
    failed,
    timed_out,
    retried,
    kills,
    abrupt_ends,
    power_cuts,
    orderly_ends,
    restarts,
    wipes,
    cuts,
    partitions,
    one_way_partitions,
    slow_networks,
    slow_disks,
    bad_disks,
    disk_errors,
    log_failures,
    rewrites,
    clock_jumps,
    far_jumps,
    resizes,
    refused_versions,
    links,
    whole,
    newer,
    unheard,
    late_links,
    exchanges,
    overflows,
    drops,
    evicted,
    expired,
    tombstones_forgotten,
    torn_tails,
    verified,
    converged_keys,
    last
};

struct count_name {
    counted what;
    std::string_view text;
};

inline constexpr std::array<count_name, static_cast<std::size_t>(counted::last)> count_names{{
    {counted::sets, "sets"},
    {counted::deletes, "deletes"},
    {counted::expiries, "expiry changes"},
    {counted::flushes, "flushes"},
    {counted::reads, "reads"},
    {counted::appends, "appends"},
    {counted::acknowledged, "acknowledged writes"},
    {counted::confirmed, "confirmed by the partner"},
    {counted::unconfirmed, "not confirmed in time"},
    {counted::failed, "failed requests"},
    {counted::timed_out, "timed out requests"},
    {counted::retried, "retried requests"},
    {counted::kills, "kills"},
    {counted::abrupt_ends, "of them amid a disk operation"},
    {counted::power_cuts, "power cuts"},
    {counted::orderly_ends, "orderly ends"},
    {counted::restarts, "restarts"},
    {counted::wipes, "logs wiped"},
    {counted::cuts, "connections cut"},
    {counted::partitions, "partitions"},
    {counted::one_way_partitions, "one-way partitions"},
    {counted::slow_networks, "slow networks"},
    {counted::slow_disks, "slow disks"},
    {counted::bad_disks, "failing disks"},
    {counted::disk_errors, "failed disk operations"},
    {counted::log_failures, "logs given up"},
    {counted::rewrites, "logs written anew"},
    {counted::clock_jumps, "clock jumps"},
    {counted::far_jumps, "of them beyond the limit"},
    {counted::resizes, "memory limits changed"},
    {counted::refused_versions, "versions refused"},
    {counted::links, "links"},
    {counted::whole, "of them with a whole exchange"},
    {counted::newer, "with what is newer"},
    {counted::unheard, "with what was unheard"},
    {counted::late_links, "bytes for a link that was replaced"},
    {counted::exchanges, "exchanges"},
    {counted::overflows, "outboxes overflown"},
    {counted::drops, "drops for old deletes"},
    {counted::evicted, "evictions"},
    {counted::expired, "expired entries"},
    {counted::tombstones_forgotten, "tombstones forgotten"},
    {counted::torn_tails, "torn ends of logs"},
    {counted::verified, "comparisons by PARTNER VERIFY"},
    {counted::converged_keys, "keys compared"},
}};

/// Each has its own name, in its own place.
constexpr bool count_names_are_in_order() {
    for (std::size_t place = 0; place < count_names.size(); ++place) {
        if (static_cast<std::size_t>(count_names[place].what) != place) return false;
    }
    return !count_names.back().text.empty();
}
static_assert(count_names_are_in_order());

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
