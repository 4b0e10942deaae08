#include "proxy/policy/maglev.hpp"

#include "shared/hash/hash.hpp"

#include <algorithm>

namespace proxy {
namespace {

// A backend while the table is filled: its permutation of the slots, and how far it has come in it.
struct contender {
    std::uint16_t index;   // in the configuration
    std::uint32_t weight;  // at least 1
    std::size_t next;      // the slot that it prefers now
    std::size_t skip;      // from one preference to the next
    std::uint64_t credit;  // towards its next turn, which costs the heaviest weight
};

// The permutation is (offset + j * skip) % slot_count. The paper takes offset and skip from two
// hashes of the name; the two halves of one XXH3 are as independent.
contender contender_of(const weighted_backend& backend, std::size_t index, std::uint32_t heaviest) {
    const std::uint64_t hash = shared::xxh3(backend.name);
    return {.index = static_cast<std::uint16_t>(index),
            .weight = backend.weight,
            .next = (hash >> 32U) % maglev::slot_count,
            .skip = (hash & 0xFFFF'FFFFU) % (maglev::slot_count - 1) + 1,
            .credit = heaviest - backend.weight};
}

}  // namespace

// Rounds of turns; in its turn a backend takes the first free slot of its permutation. In each
// round a backend earns its weight and pays the heaviest weight for a turn, so the heaviest has a
// turn every round and one of weight w has had ceil(rounds * w / heaviest) of them: no weight waits
// for a block of turns of another, and the lightest, starting one weight short of a turn, has its
// first in round one.
maglev::maglev(std::span<const weighted_backend> backends) {
    // By name: the order of turns must not come from the configuration.
    const auto members = members_by_name(backends);
    std::uint32_t heaviest = 0;
    for (const std::size_t i : members) heaviest = std::max(heaviest, backends[i].weight);
    std::vector<contender> contenders;
    for (const std::size_t i : members)
        contenders.push_back(contender_of(backends[i], i, heaviest));

    std::vector<bool> taken(slot_count);
    homes_.resize(slot_count);
    for (std::size_t filled = 0; filled < slot_count;) {
        for (auto& contender : contenders) {
            contender.credit += contender.weight;
            if (contender.credit < heaviest) continue;
            contender.credit -= heaviest;
            while (taken[contender.next])
                contender.next = (contender.next + contender.skip) % slot_count;
            taken[contender.next] = true;
            homes_[contender.next] = contender.index;
            if (++filled == slot_count) break;
        }
    }
}

}  // namespace proxy
