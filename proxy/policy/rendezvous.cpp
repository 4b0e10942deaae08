#include "proxy/policy/rendezvous.hpp"

#include "shared/hash/hash.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace proxy {
namespace {

constexpr std::size_t slots = rendezvous::slot_count;
constexpr std::size_t stride = 64;  // visits between two looks at how many slots are left to visit

// A backend while the table is filled. Times are doubles, but only sums and quotients are taken,
// which IEEE 754 rounds alike everywhere: every machine builds the same table.
struct racer {
    std::uint16_t index;  // in the configuration
    double weight;        // 1 for the heaviest
    std::size_t slot;     // that it visits next
    std::size_t skip;     // from one visit to the next; odd, so that it comes by every slot
    std::size_t visits;   // that it has made
    std::size_t room;     // slots that it may still take
    double time;          // of its next visit
    double gap;           // from that to the one after

    bool done() const noexcept { return room == 0 || visits == slots; }
};

/// The slots that have a home, as bits: the race looks at it fifteen times for each slot, and a bit
/// each stays in the cache where the homes would not.
class taken_slots {
  public:
    bool take(std::size_t slot) noexcept {
        auto& word = words_[slot / 64];
        const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
        if ((word & bit) != 0) return false;
        word |= bit;
        return true;
    }

  private:
    std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>(slots / 64);
};

/// In an order that depends on each racer's name alone, so that of two who come to a slot at the
/// same time the same one has it in every list.
std::vector<racer> line_up(std::span<const weighted_backend> backends) {
    const auto members = members_by_name(backends);
    double heaviest = 0;
    for (const std::size_t i : members)
        heaviest = std::max(heaviest, static_cast<double>(backends[i].weight));
    double total = 0;
    for (const std::size_t i : members) total += backends[i].weight / heaviest;

    std::vector<racer> racers;
    for (const std::size_t i : members) {
        const double weight = backends[i].weight / heaviest;
        const double most = static_cast<double>(slots) * (weight / total) * rendezvous::bound;
        const std::uint64_t hash = shared::xxh3(backends[i].name);
        racers.push_back({.index = static_cast<std::uint16_t>(i),
                          .weight = weight,
                          .slot = hash >> (64 - rendezvous::slot_bits),
                          .skip = (hash % slots) | 1U,
                          .visits = 0,
                          .room = static_cast<std::size_t>(most) + 1,
                          .time = 0,
                          .gap = 0});
    }
    return racers;
}

/// Lets the racer visit all slots that it comes to before `end`.
template <typename Homes>
std::size_t run_until(double end, racer& one, taken_slots& taken, Homes& homes) {
    std::size_t won = 0;
    while (one.time < end && !one.done()) {
        if (one.visits % stride == 0)
            one.gap = 1.0 / static_cast<double>(slots - one.visits) / one.weight;
        if (taken.take(one.slot)) {
            homes[one.slot] = static_cast<typename Homes::value_type>(one.index);
            ++won;
            --one.room;
        }
        one.slot = (one.slot + one.skip) % slots;
        one.time += one.gap;
        ++one.visits;
    }
    return won;
}

/// Rounds in which each racer makes about one visit. In the first one all start with a visit.
template <typename Homes>
Homes race(std::vector<racer> racers) {
    Homes homes(slots);
    taken_slots taken;
    double end = 0;
    for (std::size_t filled = 0; filled < slots;) {
        double weight = 0;
        for (const auto& one : racers) weight += one.weight;
        const double round =
            static_cast<double>(racers.size()) / (static_cast<double>(slots) * weight);
        bool all_run = true;
        while (all_run && filled < slots) {
            end += round;
            for (auto& one : racers) {
                filled += run_until(end, one, taken, homes);
                all_run = all_run && !one.done();
            }
        }
        std::erase_if(racers, [](const racer& one) { return one.done(); });
    }
    return homes;
}

}  // namespace

rendezvous::rendezvous(std::span<const weighted_backend> backends) {
    auto racers = line_up(backends);
    if (backends.size() <= std::size_t{std::numeric_limits<std::uint8_t>::max()} + 1) {
        narrow_ = race<table<std::uint8_t>>(std::move(racers));
    } else {
        wide_ = race<table<std::uint16_t>>(std::move(racers));
    }
}

/// The table does not fit into a core's cache: nothing stands between the lookups, so that their
/// misses overlap.
void rendezvous::find_homes(std::span<const std::uint64_t> hashes,
                            std::span<std::size_t> homes) const noexcept {
    const auto look_up = [&](const auto& slots_of) {
        for (std::size_t i = 0; i < hashes.size(); ++i) homes[i] = slots_of[place(hashes[i])];
    };
    wide_.empty() ? look_up(narrow_) : look_up(wide_);
}

}  // namespace proxy
