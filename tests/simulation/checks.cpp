#include "tests/simulation/checks.hpp"

#include "shared/hash/hash.hpp"
#include "tests/simulation/world.hpp"

#include <string>
#include <unordered_map>

namespace simulation {
namespace {

struct found_entry {
    backend::version stamp = 0;
    shared::unix_ms expires_at = 0;
    std::uint64_t digest = 0;
};

using contents = std::vector<found_entry>;  // of each key; version 0: absent

contents contents_of(world& around, unsigned side) {
    contents found(around.past.keys());
    auto& home = *around.machines[side];
    auto& data = home.running_process()->data();
    backend::scan_cursor cursor;
    const auto visit = [&](const backend::effect& what) {
        if (what.kind != backend::effect_kind::set) return;
        auto& place = found[key_of(what.key)];
        if (place.stamp != 0) around.notes.fail(std::string(what.key) + " is there twice");
        place = {what.stamp, what.expires_at, shared::xxh3(what.value)};
    };
    while (data.scan(cursor, 64, visit, home.now().unix)) {
    }
    return found;
}

/// What is to be compared with what one side has of one key.
struct judgement {
    const operation* promised = nullptr;     // the newest that must have survived
    const operation* newest_set = nullptr;   // that was ever made
    const operation* newest_gone = nullptr;  // erase, flush, or set that may have expired
    bool known = false;                      // the version that was found was given
};

template <typename Promised>
judgement judge(const world& around, key_number key, const found_entry& found, Promised promised) {
    judgement sum;
    const auto newer = [](const operation*& held, const operation& what) {
        if (held == nullptr || what.stamp > held->stamp) held = &what;
    };
    const auto look = [&](std::uint32_t which) {
        const auto& what = around.past.all()[which];
        // README.md, "Stated exceptions": a partner that evicts may have no room for the tombstone.
        const bool set = what.kind == backend::effect_kind::set;
        const bool remembered = set || !around.past.evictions || what.held_by_its_maker();
        if (promised(which, what) && remembered) newer(sum.promised, what);
        if (set) newer(sum.newest_set, what);
        if (!set || around.past.may_have_expired(what)) newer(sum.newest_gone, what);
        sum.known |= set && what.stamp == found.stamp && what.digest == found.digest &&
                     what.expires_at == found.expires_at;
    };
    for (const auto which : around.past.of_key(key)) look(which);
    for (const auto which : around.past.flushes()) look(which);
    return sum;
}

/// What is wrong with what is there; empty if nothing is.
template <typename Promised>
std::string wrong(world& around, key_number key, const found_entry& found, Promised promised) {
    const auto sum = judge(around, key, found, promised);
    if (found.stamp != 0 && !sum.known) return "is nothing that was ever written";
    if (sum.promised == nullptr || found.stamp >= sum.promised->stamp) return {};
    if (found.stamp == 0) {
        if (sum.promised->kind != backend::effect_kind::set || around.past.evictions) return {};
        if (sum.newest_gone != nullptr && sum.newest_gone->stamp >= sum.promised->stamp) return {};
        return "is missing; promised was " + describe(*sum.promised);
    }
    // The newer one was evicted, and the partner did not have it.
    if (around.past.evictions && sum.newest_set->stamp > found.stamp) return {};
    return "is version " + std::to_string(found.stamp) + "; promised was " +
           describe(*sum.promised);
}

}  // namespace

std::size_t record_bound(const settings& config) noexcept {
    constexpr std::size_t beside_value = 128;
    return config.longest_value + beside_value;
}

std::size_t outbox_slack(std::uint64_t used_memory) noexcept {
    constexpr std::size_t for_marks = 256UL << 10U;  // and questions
    return 3 * used_memory + for_marks;
}

void check_caught_up(world& around, unsigned side, std::size_t known) {
    if (!around.machines[1 - side]->running()) return;
    for (auto& each : around.machines) each->running_process()->note_evictions();
    const auto partner = static_cast<std::uint8_t>(1U << (1 - side));
    const auto found = contents_of(around, side);
    for (key_number key = 0; key < found.size(); ++key) {
        const auto problem =
            wrong(around, key, found[key], [&](std::uint32_t which, const operation& what) {
                return which < known && (what.in_memory & partner) != 0;
            });
        if (problem.empty()) continue;
        around.notes.fail("a" + std::to_string(side + 1) +
                          " says that it has all of its partner's, but there " + key_name(key) +
                          " " + problem);
    }
}

void check_tombstones(world& around, unsigned side, std::uint64_t tombstones) {
    constexpr std::uint64_t least_cost = 20;  // of a tombstone, with its place in the index
    constexpr std::uint64_t part = 16;
    if (tombstones * least_cost > around.config.sides[side].memory / part)
        around.notes.fail("more tombstones than there is room for");
}

void check_end(world& around) {
    for (auto& each : around.machines) each->running_process()->note_evictions();
    const contents sides[] = {contents_of(around, 0), contents_of(around, 1)};
    for (key_number key = 0; key < around.past.keys(); ++key) {
        around.notes.count(counted::converged_keys);
        for (unsigned side = 0; side < 2; ++side) {
            const auto problem =
                wrong(around, key, sides[side][key],
                      [](std::uint32_t, const operation& what) { return what.promised(); });
            if (!problem.empty())
                around.notes.fail(key_name(key) + " at a" + std::to_string(side + 1) + " " +
                                  problem);
        }
        const auto& a = sides[0][key];
        const auto& b = sides[1][key];
        if (a.stamp == b.stamp && a.expires_at == b.expires_at && a.digest == b.digest) continue;
        if (around.past.evictions) continue;
        // One side's clock was ahead, and saw it expire.
        const auto& there = a.stamp > b.stamp ? a : b;
        if (there.expires_at != 0 && there.expires_at <= around.past.latest_clock) continue;
        around.notes.fail(key_name(key) + " differs: version " + std::to_string(a.stamp) +
                          " at a1, " + std::to_string(b.stamp) + " at a2");
    }
}

}  // namespace simulation
