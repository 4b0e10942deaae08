#include "backend/store/w_tinylfu.hpp"

namespace backend {
namespace {

constexpr std::uint64_t window_part = 100;  // one part of so many
// Before the ranks of the main queues' ends, and after them.
constexpr std::uint64_t candidate_rank = 0;
constexpr std::uint64_t window_rank = std::uint64_t{1} << 62U;

}  // namespace

std::unique_ptr<eviction> w_tinylfu_policy::make_part() {
    return std::make_unique<w_tinylfu>(*this);
}

bool w_tinylfu_policy::window_is_large() const noexcept {
    const std::uint64_t held = bytes_in(window) + bytes_in(probation) + bytes_in(protected_);
    return bytes_in(window) * window_part > held;
}

bool w_tinylfu_policy::protected_is_large() const noexcept {
    return bytes_in(protected_) > 4 * bytes_in(probation);
}

w_tinylfu::w_tinylfu(w_tinylfu_policy& policy) noexcept
    : policy_(policy),
      queues_{{policy.stamps_, policy.totals_[w_tinylfu_policy::window]},
              {policy.stamps_, policy.totals_[w_tinylfu_policy::probation]},
              {policy.stamps_, policy.totals_[w_tinylfu_policy::protected_]}} {}

void w_tinylfu::enter(entry& which, place where) noexcept {
    which.queue = where & 3U;
    queues_[where].push(which);
}

void w_tinylfu::leave(entry& which) noexcept {
    queues_[which.queue].remove(which);
    if (candidate_ == &which) candidate_ = nullptr;
}

std::size_t w_tinylfu::size() const noexcept {
    std::size_t sum = 0;
    for (const auto& each : queues_) sum += each.size();
    return sum;
}

void w_tinylfu::add(entry& added) noexcept {
    counts_.count(added.hash, size());
    enter(added, w_tinylfu_policy::window);
    entry_queue& window = queues_[w_tinylfu_policy::window];
    // One at least stays, the new one: it must not go at once.
    for (int moved = 0; moved < 2 && window.size() > 1 && policy_.window_is_large(); ++moved) {
        entry* const oldest = window.oldest();
        leave(*oldest);
        enter(*oldest, w_tinylfu_policy::probation);
        candidate_ = oldest;
    }
}

void w_tinylfu::use(entry& used) noexcept {
    counts_.count(used.hash, size());
    if (used.queue == w_tinylfu_policy::probation) {
        rise(used);
    } else {
        queues_[used.queue].renew(used);
    }
}

/// From probation; the oldest of the protected ones falls back if there are too many.
void w_tinylfu::rise(entry& used) noexcept {
    leave(used);
    enter(used, w_tinylfu_policy::protected_);
    entry* const oldest = queues_[w_tinylfu_policy::protected_].oldest();
    if (oldest == &used || !policy_.protected_is_large()) return;
    leave(*oldest);
    enter(*oldest, w_tinylfu_policy::probation);
}

void w_tinylfu::replace(entry& old, entry& by) noexcept {
    if (candidate_ == &old) candidate_ = nullptr;
    by.queue = old.queue;
    queues_[by.queue].replace(old, by);
    use(by);
}

void w_tinylfu::remove(entry& removed) noexcept {
    leave(removed);
    counts_.shrink(size());
}

std::uint64_t w_tinylfu::rank(unsigned queue) const noexcept {
    if (queue != 0) return nothing;
    if (candidate_ != nullptr) return candidate_rank;
    if (const entry* const oldest = oldest_of_main()) return oldest->pushed_at;
    const entry* const oldest = queues_[w_tinylfu_policy::window].oldest();
    return oldest != nullptr ? window_rank | oldest->pushed_at : nothing;
}

entry* w_tinylfu::oldest_of_main() const noexcept {
    entry* const oldest = queues_[w_tinylfu_policy::probation].oldest();
    return oldest != nullptr ? oldest : queues_[w_tinylfu_policy::protected_].oldest();
}

/// The candidate is one no longer. Null if there is nothing in this shard to compare it with.
entry* w_tinylfu::worse_of_candidate_and_oldest() noexcept {
    entry* const candidate = candidate_;
    candidate_ = nullptr;
    entry* oldest = oldest_of_main();
    if (oldest == candidate) oldest = queues_[w_tinylfu_policy::protected_].oldest();
    if (oldest == nullptr) return nullptr;
    return counts_.estimate(candidate->hash) > counts_.estimate(oldest->hash) ? oldest : candidate;
}

entry* w_tinylfu::evict(unsigned /*queue*/) noexcept {
    entry* victim = nullptr;
    if (candidate_ != nullptr) {
        victim = worse_of_candidate_and_oldest();
        if (victim == nullptr) return nullptr;
    } else {
        victim = oldest_of_main();
        if (victim == nullptr) victim = queues_[w_tinylfu_policy::window].oldest();
    }
    leave(*victim);
    counts_.shrink(size());
    return victim;
}

}  // namespace backend
