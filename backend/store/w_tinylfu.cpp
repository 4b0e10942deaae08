#include "backend/store/w_tinylfu.hpp"

namespace backend {
namespace {

constexpr std::uint64_t window_part = 100;  // one part of so many
// Before the ranks of the main queues' ends, and after them.
constexpr std::uint64_t candidate_rank = 0;
constexpr std::uint64_t window_rank = std::uint64_t{1} << 62U;

}  // namespace

std::unique_ptr<eviction> w_tinylfu_policy::make_part(entry_queues& of_shard) {
    return std::make_unique<w_tinylfu>(*this, of_shard);
}

bool w_tinylfu_policy::window_is_large() const noexcept {
    const std::uint64_t held = bytes_in(window) + bytes_in(probation) + bytes_in(protected_);
    return bytes_in(window) * window_part > held;
}

bool w_tinylfu_policy::protected_is_large() const noexcept {
    return bytes_in(protected_) > 4 * bytes_in(probation);
}

void w_tinylfu::leave(entry_ref which) noexcept {
    queues_.remove(which);
    if (candidate_ == which) candidate_ = no_entry;
}

unsigned w_tinylfu::estimate(entry_ref which) const noexcept {
    return counts_.estimate(hash_of(queues_.at(which).key()));
}

unsigned w_tinylfu::admit(std::uint32_t hash, std::size_t /*size*/) noexcept {
    counts_.count(hash, queues_.size());
    return w_tinylfu_policy::window;
}

entry_ref w_tinylfu::add(entry_ref added, std::uint32_t /*hash*/, unsigned queue) noexcept {
    constexpr unsigned window = w_tinylfu_policy::window;
    queues_.push(added, queue);
    // One at least stays, the new one: it must not go at once.
    for (int moved = 0; moved < 2 && queues_.size(window) > 1 && policy_.window_is_large();
         ++moved) {
        candidate_ = queues_.move(queues_.oldest(window), w_tinylfu_policy::probation);
    }
    return added;
}

void w_tinylfu::use(entry_ref used, std::uint32_t hash) noexcept {
    counts_.count(hash, queues_.size());
    const unsigned queue = queues_.queue_of(used);
    if (queue == w_tinylfu_policy::probation) {
        rise(used);
    } else {
        queues_.move(used, queue);
    }
}

/// From probation; the oldest of the protected ones falls back if there are too many.
void w_tinylfu::rise(entry_ref used) noexcept {
    if (candidate_ == used) candidate_ = no_entry;
    queues_.move(used, w_tinylfu_policy::protected_);
    const entry_ref oldest = queues_.oldest(w_tinylfu_policy::protected_);
    if (oldest == used || !policy_.protected_is_large()) return;
    queues_.move(oldest, w_tinylfu_policy::probation);
}

void w_tinylfu::replace(entry_ref old, entry_ref by, std::uint32_t hash) noexcept {
    const unsigned queue = queues_.queue_of(old);
    leave(old);
    queues_.push(by, queue);
    use(by, hash);
}

void w_tinylfu::remove(entry_ref removed) noexcept {
    leave(removed);
    counts_.shrink(queues_.size());
}

std::uint64_t w_tinylfu::rank(unsigned queue) const noexcept {
    if (queue != 0) return nothing;
    if (candidate_ != no_entry) return candidate_rank;
    for (const place main : {w_tinylfu_policy::probation, w_tinylfu_policy::protected_}) {
        if (queues_.size(main) > 0) return queues_.rank(main);
    }
    const std::uint64_t in_window = queues_.rank(w_tinylfu_policy::window);
    return in_window != nothing ? window_rank | in_window : nothing;
}

entry_ref w_tinylfu::oldest_of_main() const noexcept {
    const entry_ref oldest = queues_.oldest(w_tinylfu_policy::probation);
    return oldest != no_entry ? oldest : queues_.oldest(w_tinylfu_policy::protected_);
}

/// The candidate is one no longer. `no_entry` if there is nothing in this shard to compare it with.
entry_ref w_tinylfu::worse_of_candidate_and_oldest() noexcept {
    const entry_ref candidate = candidate_;
    candidate_ = no_entry;
    entry_ref oldest = oldest_of_main();
    if (oldest == candidate) oldest = queues_.oldest(w_tinylfu_policy::protected_);
    if (oldest == no_entry) return no_entry;
    return estimate(candidate) > estimate(oldest) ? oldest : candidate;
}

entry_ref w_tinylfu::evict(unsigned /*queue*/) noexcept {
    entry_ref victim = no_entry;
    if (candidate_ != no_entry) {
        victim = worse_of_candidate_and_oldest();
        if (victim == no_entry) return no_entry;
    } else {
        victim = oldest_of_main();
        if (victim == no_entry) victim = queues_.oldest(w_tinylfu_policy::window);
    }
    leave(victim);
    counts_.shrink(queues_.size());
    return victim;
}

}  // namespace backend
