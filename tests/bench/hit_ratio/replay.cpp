#include "tests/bench/hit_ratio/replay.hpp"

#include "backend/store/eviction_policies.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <mutex>
#include <new>
#include <stdexcept>

namespace bench {
namespace {

constexpr shared::unix_ms now = 1;  // nothing expires

}  // namespace

replay::replay(const replay_options& options)
    : options_(options), policy_(backend::make_eviction_policy(options.policy)) {
    if (!policy_) throw std::runtime_error("no policy " + std::string(options.policy));
    around_.memory = std::numeric_limits<std::uint64_t>::max();
    for (unsigned i = 0; i < options.shards; ++i) {
        shards_.push_back(std::make_unique<backend::shard>(around_, *policy_));
    }
}

/// As the store chooses: by the highest bits.
backend::shard& replay::shard_of(std::uint64_t key) const noexcept {
    const auto bits = static_cast<unsigned>(std::countr_zero(options_.shards));
    return *shards_[(key >> 32U) >> (32U - bits)];
}

std::uint64_t replay::entries() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& each : shards_) sum += each->live();
    return sum;
}

std::uint64_t replay::bytes() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& each : shards_) {
        sum += each->data_bytes() - each->live() * sizeof(std::uint64_t);
    }
    return sum;
}

bool replay::request(std::uint64_t key, std::uint64_t size) {
    const auto located =
        backend::located_key::of({reinterpret_cast<const char*>(&key), sizeof key});
    bool hit = false;
    {
        backend::shard& home = shard_of(key);
        const std::lock_guard held(home);
        const auto found = home.find(located, now);
        hit = found.is_live();
        const std::uint64_t wanted = options_.by_bytes ? size : 0;
        if (options_.by_bytes && size > options_.capacity) {
            if (hit) home.remove(found, located.hash);
        } else if (hit && found.held.value().size() == wanted) {
            home.use(found, located.hash);
        } else {
            value_.resize(std::max(value_.size(), wanted), 'v');
            const auto value = std::string_view(value_).substr(0, wanted);
            if (!home.put(found, located, value, 0, 1)) throw std::bad_alloc();
        }
    }
    make_room();
    return hit;
}

void replay::make_room() {
    while (held() > options_.capacity) {
        const auto next = backend::next_eviction(
            *policy_, shards_.size(),
            [this](std::size_t shard, unsigned queue) { return shards_[shard]->rank(queue); });
        if (!next) return;
        backend::shard& chosen = *shards_[next->shard];
        const std::lock_guard held(chosen);
        chosen.evict(next->queue, now);
    }
}

}  // namespace bench
