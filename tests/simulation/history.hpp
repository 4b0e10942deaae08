// Every change that was ever made, where it is known to be held, and who was told that it was made:
// what the end of a run is compared with. Owned by the world.
//
// Held in memory: by the process that made it; by the partner's, once the partner has acknowledged
// it or its bytes have been taken; by one that has read it from its log. In a file: once a commit
// or a rewrite after it has succeeded; it outlives the process. On the disk: once that was synced;
// it outlives the machine. A change that is replaced by a newer one is held where the newer one is.
#pragma once

#include "backend/persist/record.hpp"
#include "tests/simulation/timeline.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace simulation {

using key_number = std::uint32_t;
inline constexpr key_number all_keys = UINT32_MAX;
inline constexpr std::uint32_t no_operation = UINT32_MAX;

struct operation {
    backend::version stamp;
    backend::effect_kind kind;
    key_number key;
    std::uint64_t digest;  // of the value
    shared::unix_ms expires_at;
    std::uint8_t side;
    sim_time made_at;
    bool acknowledged = false;
    std::uint8_t in_memory = 0, in_file = 0, on_disk = 0;  // a bit for each side

    bool held() const noexcept { return (in_memory | in_file) != 0; }
    bool promised() const noexcept { return acknowledged && held(); }
    bool held_by_its_maker() const noexcept { return ((in_memory | in_file) >> side & 1U) != 0; }
};

std::string describe(const operation& what);
std::string key_name(key_number key);
key_number key_of(std::string_view name);

class history {
  public:
    history(unsigned keys, const timeline& time) : time_(time), of_key_(keys) {}

    std::uint32_t add(const backend::effect& what, unsigned side);
    operation& at(std::uint32_t which) noexcept { return all_[which]; }
    const std::vector<operation>& all() const noexcept { return all_; }
    const std::vector<std::uint32_t>& of_key(key_number key) const { return of_key_[key]; }
    const std::vector<std::uint32_t>& flushes() const noexcept { return flushes_; }
    std::size_t keys() const noexcept { return of_key_.size(); }

    void hold(std::uint32_t which, unsigned side);
    /// All that `holder` had when the clock gave `before` is at the other side too.
    void share(unsigned holder, backend::version before);
    /// All that the side has in memory is in its log.
    void filed(unsigned side);
    /// All that its log has been told in this life is on the disk.
    void synced(unsigned side);
    /// All that the side has in memory: what a rewrite that begins now will write.
    std::vector<std::uint32_t> in_memory_of(unsigned side) const;
    /// The rewrite has ended: that, or what has taken its place since, is on the disk.
    void rewritten(unsigned side, const std::vector<std::uint32_t>& written);
    /// What is in the log is in memory.
    void replayed(unsigned side);
    void memory_lost(unsigned side);
    void unsynced_lost(unsigned side);
    void log_lost(unsigned side);
    /// Entries older than that are gone from there, as agreed.
    void dropped(unsigned side, backend::version floor);
    bool may_have_expired(const operation& what) const noexcept {
        return what.expires_at != 0 && what.expires_at <= latest_clock;
    }
    /// What was deleted before that, or has expired, may be remembered by nobody, as agreed.
    void pardon(backend::version floor);

    shared::unix_ms latest_clock = 0;  // of any machine, ever
    bool evictions = false;

  private:
    static std::uint8_t bit(unsigned side) noexcept {
        return static_cast<std::uint8_t>(1U << side);
    }

    const timeline& time_;
    std::vector<operation> all_;
    std::vector<std::vector<std::uint32_t>> of_key_;
    std::vector<std::uint32_t> flushes_;
    std::array<std::vector<std::uint32_t>, 2> unshared_;  // not in that side's memory
    std::array<std::vector<std::uint32_t>, 2> unfiled_;   // in its memory, not in its file
    std::array<std::vector<std::uint32_t>, 2> unsynced_;  // told to the log of this life
};

}  // namespace simulation
