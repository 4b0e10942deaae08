#include "tests/bench/hit_ratio/replay.hpp"

#include "backend/store/eviction_policies.hpp"

#include <bit>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace bench {

using backend::entry;

replay::replay(const replay_options& options)
    : options_(options), policy_(backend::make_eviction_policy(options.policy)) {
    if (!policy_) throw std::runtime_error("no policy " + std::string(options.policy));
    for (unsigned i = 0; i < options.shards; ++i) parts_.push_back(policy_->make_part());
}

replay::~replay() {
    for (const auto& [key, held] : index_) entry::destroy(held);
}

/// As the store chooses: by the highest bits.
backend::eviction& replay::part_of(std::uint64_t key) const noexcept {
    const auto bits = static_cast<unsigned>(std::countr_zero(options_.shards));
    return *parts_[(key >> 32U) >> (32U - bits)];
}

std::uint64_t replay::weight_of(const entry& held) const noexcept {
    return options_.by_bytes ? held.value().size() : 1;
}

entry* replay::make(std::uint64_t key, std::uint64_t size) const {
    const std::string value(options_.by_bytes ? size : 0, 'v');
    const std::string_view text(reinterpret_cast<const char*>(&key), sizeof key);
    entry* const made = entry::make(static_cast<std::uint32_t>(key), text, value);
    if (made == nullptr) throw std::bad_alloc();
    return made;
}

void replay::add(std::uint64_t key, std::uint64_t size) {
    entry* const made = make(key, size);
    index_.emplace(key, made);
    held_ += weight_of(*made);
    part_of(key).add(*made);
}

void replay::resize(index::iterator at, std::uint64_t size) {
    entry* const made = make(at->first, size);
    entry* const old = at->second;
    part_of(at->first).replace(*old, *made);
    held_ += weight_of(*made) - weight_of(*old);
    at->second = made;
    entry::destroy(old);
}

bool replay::request(std::uint64_t key, std::uint64_t size) {
    const auto at = index_.find(key);
    const bool hit = at != index_.end();
    if (options_.by_bytes && size > options_.capacity) {
        if (!hit) return false;
        part_of(key).remove(*at->second);
        held_ -= weight_of(*at->second);
        entry::destroy(at->second);
        index_.erase(at);
        return true;
    }
    if (!hit) {
        add(key, size);
    } else if (options_.by_bytes && size != at->second->value().size()) {
        resize(at, size);
    } else {
        part_of(key).use(*at->second);
    }
    make_room();
    return hit;
}

void replay::make_room() {
    while (held_ > options_.capacity) {
        const auto next = backend::next_eviction(
            *policy_, parts_.size(),
            [this](std::size_t shard, unsigned queue) { return parts_[shard]->rank(queue); });
        if (!next) return;
        entry* const victim = parts_[next->shard]->evict(next->queue);
        if (victim == nullptr) continue;
        std::uint64_t key = 0;
        std::memcpy(&key, victim->key().data(), sizeof key);
        held_ -= weight_of(*victim);
        index_.erase(key);
        entry::destroy(victim);
    }
}

std::uint64_t replay::policy_bytes() const noexcept {
    std::uint64_t total = policy_->bytes();
    for (const auto& each : parts_) total += each->bytes();
    return total;
}

}  // namespace bench
