#include "backend/store/miniature.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace backend {
namespace {

constexpr std::size_t fewest_buckets = 16;

}  // namespace

std::uint32_t& miniature::bucket_of(std::uint32_t hash) noexcept {
    return buckets_[static_cast<std::uint64_t>(hash) * buckets_.size() >> 32U];
}

std::uint32_t miniature::find(std::uint32_t hash) noexcept {
    if (buckets_.empty()) return none;
    std::uint32_t at = bucket_of(hash);
    while (at != none && nodes_[at].hash != hash) at = nodes_[at].chain;
    return at;
}

std::uint32_t miniature::make(std::uint32_t hash, std::uint32_t cost) {
    if (size() >= buckets_.size()) index_anew(std::max(fewest_buckets, 2 * buckets_.size()));
    std::uint32_t at = free_;
    if (at != none) {
        free_ = nodes_[at].chain;
    } else {
        at = static_cast<std::uint32_t>(nodes_.size());
        nodes_.emplace_back();
    }
    std::uint32_t& first = bucket_of(hash);
    nodes_[at] = {.hash = hash, .cost = cost, .newer = none, .chain = first, .queue = 0, .uses = 0};
    first = at;
    return at;
}

void miniature::index_anew(std::size_t buckets) {
    buckets_.assign(buckets, none);
    for (const queue& each : queues_) {
        for (std::uint32_t at = each.oldest; at != none; at = nodes_[at].newer) {
            std::uint32_t& first = bucket_of(nodes_[at].hash);
            nodes_[at].chain = first;
            first = at;
        }
    }
}

/// Requires: it is in no queue.
void miniature::forget(std::uint32_t at) noexcept {
    std::uint32_t* link = &bucket_of(nodes_[at].hash);
    while (*link != at) link = &nodes_[*link].chain;
    *link = nodes_[at].chain;
    nodes_[at].chain = free_;
    free_ = at;
}

void miniature::push(queue& where, std::uint32_t at) noexcept {
    nodes_[at].newer = none;
    (where.newest != none ? nodes_[where.newest].newer : where.oldest) = at;
    where.newest = at;
    ++where.size;
    where.bytes += nodes_[at].cost;
}

/// Requires: the queue is not empty.
std::uint32_t miniature::pop(queue& from) noexcept {
    const std::uint32_t at = from.oldest;
    from.oldest = nodes_[at].newer;
    if (from.oldest == none) from.newest = none;
    --from.size;
    from.bytes -= nodes_[at].cost;
    return at;
}

void miniature::enter(std::uint32_t at, unsigned which) noexcept {
    nodes_[at].queue = static_cast<std::uint8_t>(which);
    push(queues_[which], at);
}

bool miniature::small_is_large() const noexcept {
    const std::uint64_t held = queues_[small].bytes + queues_[main].bytes;
    return queues_[small].size > 1 && queues_[small].bytes * rules_->small_parts >= held;
}

bool miniature::request(std::uint32_t hash, std::size_t cost, std::uint64_t room,
                        std::size_t most) {
    const auto counted = static_cast<std::uint32_t>(
        std::min<std::size_t>(cost, std::numeric_limits<std::uint32_t>::max()));
    std::uint32_t at = find(hash);
    const bool hit = at != none;
    if (hit) {
        node& held = nodes_[at];
        if (held.uses < most_uses) ++held.uses;
        queues_[held.queue].bytes += std::uint64_t{counted} - held.cost;
        held.cost = counted;
    } else {
        at = make(hash, counted);
        const bool known = ghosts_.take(hash);
        enter(at, known && rules_->remembered_enter_main ? main : small);
        if (filling_) fill_main();
        make_room(room, most);
    }
    return hit;
}

void miniature::make_room(std::uint64_t room, std::size_t most) noexcept {
    while (size() > 1 && (queues_[small].bytes + queues_[main].bytes > room || size() > most)) {
        evict();
    }
}

void miniature::fill_main() noexcept {
    while (small_is_large()) {
        const std::uint32_t at = pop(queues_[small]);
        nodes_[at].uses = std::max<std::uint8_t>(nodes_[at].uses, 1);
        enter(at, main);
    }
}

void miniature::evict() noexcept {
    filling_ = false;
    if (small_is_large() || queues_[main].size == 0) {
        evict_small();
    } else {
        evict_main();
    }
}

void miniature::evict_small() noexcept {
    const std::uint32_t at = pop(queues_[small]);
    node& oldest = nodes_[at];
    if (oldest.uses >= rules_->uses_to_stay) {
        if (!rules_->uses_are_kept) oldest.uses = 0;
        return enter(at, main);
    }
    if (rules_->patience != 0 && queues_[main].size > 0 && ++passed_by_ >= rules_->patience) {
        passed_by_ = 0;
        const std::uint32_t kept = nodes_[queues_[main].oldest].uses == 0 ? at : none;
        evict_main();
        if (kept != none) {
            oldest.uses = 1;
            return enter(at, main);
        }
    }
    ghosts_.remember(oldest.hash, size());
    forget(at);
}

void miniature::evict_main() noexcept {
    const std::uint32_t at = pop(queues_[main]);
    node& oldest = nodes_[at];
    if (oldest.uses > 0) {
        --oldest.uses;
        return push(queues_[main], at);
    }
    if (rules_->main_remembered) ghosts_.remember(oldest.hash, size());
    forget(at);
}

void miniature::shrink(std::size_t most) {
    while (size() > most) evict();
    ghosts_.shrink(most);
    std::vector<node> kept;
    kept.reserve(size());
    for (queue& each : queues_) {
        const queue old = each;
        each = {};
        for (std::uint32_t at = old.oldest; at != none; at = nodes_[at].newer) {
            kept.push_back(nodes_[at]);
        }
    }
    nodes_ = std::move(kept);
    free_ = none;
    for (std::uint32_t at = 0; at < nodes_.size(); ++at) push(queues_[nodes_[at].queue], at);
    buckets_ = std::vector<std::uint32_t>();
    if (!nodes_.empty()) index_anew(std::max(fewest_buckets, std::bit_ceil(nodes_.size())));
}

std::size_t miniature::bytes() const noexcept {
    return nodes_.capacity() * sizeof(node) + buckets_.capacity() * sizeof(std::uint32_t) +
           ghosts_.bytes();
}

}  // namespace backend
