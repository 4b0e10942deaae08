#include "backend/store/adaptive_fifo.hpp"

#include <algorithm>
#include <limits>
#include <new>

namespace backend {
namespace {

constexpr std::size_t lead_lasts = 4;    // so many times the keys in a miniature, in requests
constexpr std::size_t spare_nodes = 16;  // before a miniature gives memory back

}  // namespace

adaptive_fifo_policy::adaptive_fifo_policy() noexcept : queue_pair_policy(guard) {
    sample(1);
}

void adaptive_fifo_policy::on_sample(std::uint32_t hash, std::size_t cost) noexcept {
    const std::lock_guard held(mutex_);
    try {
        compare(hash, cost);
        resample();
    } catch (const std::bad_alloc&) {
        start_anew();
    }
    publish_size();
}

void adaptive_fifo_policy::compare(std::uint32_t hash, std::size_t cost) {
    // As long as there is room for everything, there is in a miniature.
    const bool full = full_.load(relaxed);
    const std::uint64_t room =
        full ? held() >> sampled_bits_ : std::numeric_limits<std::uint64_t>::max();
    const std::size_t most = 2 * most_sampled;
    if (recency_.request(hash, cost, room, most)) ++lead_;
    if (guard_.request(hash, cost, room, most)) --lead_;
    if (full) choose();
}

void adaptive_fifo_policy::choose() noexcept {
    const std::size_t size = std::max(recency_.size(), guard_.size());
    if (++requests_ >= lead_lasts * size) {
        requests_ = 0;
        lead_ /= 2;
    }
    // Less may be chance.
    const auto margin = static_cast<std::int64_t>(4 + size / 64);
    if (lead_ > margin) follow(recency);
    if (lead_ < -margin) follow(guard);
}

void adaptive_fifo_policy::resample() {
    const std::size_t expected = entries() >> sampled_bits_;
    if (expected > most_sampled) {
        sample(std::uint64_t{1} << ++sampled_bits_);
        const auto kept = [this](std::uint32_t hash) { return is_sampled(hash); };
        recency_.keep(kept);
        guard_.keep(kept);
    } else if (sampled_bits_ > 0 && expected < most_sampled / 4) {
        sample(std::uint64_t{1} << --sampled_bits_);
    }
}

void adaptive_fifo_policy::start_anew() noexcept {
    recency_ = miniature(recency);
    guard_ = miniature(guard);
    lead_ = 0;
    requests_ = 0;
}

void adaptive_fifo_policy::publish_size() noexcept {
    nodes_.store(std::max(recency_.size(), guard_.size()), relaxed);
    bytes_.store(recency_.bytes() + guard_.bytes(), relaxed);
}

/// The miniatures learn of the room when a key is sampled, but as entries go their memory must go
/// too, even if none is.
void adaptive_fifo_policy::on_removal() noexcept {
    const std::uint64_t wanted = entries();
    const std::uint64_t allowed = wanted == 0 ? 0 : 2 * wanted + spare_nodes;
    if (nodes_.load(relaxed) <= allowed) return;
    const std::lock_guard held(mutex_);
    try {
        recency_.shrink(wanted);
        guard_.shrink(wanted);
    } catch (const std::bad_alloc&) {
        start_anew();
    }
    publish_size();
}

}  // namespace backend
