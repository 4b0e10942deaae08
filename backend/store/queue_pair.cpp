#include "backend/store/queue_pair.hpp"

namespace backend {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr unsigned most_uses = 3;

}  // namespace

std::unique_ptr<eviction> queue_pair_policy::make_part() {
    return std::make_unique<queue_pair>(*this);
}

std::uint64_t queue_pair_policy::held() const noexcept {
    return totals_[small].bytes.load(relaxed) + totals_[main].bytes.load(relaxed);
}

std::uint64_t queue_pair_policy::entries() const noexcept {
    return totals_[small].entries.load(relaxed) + totals_[main].entries.load(relaxed);
}

void queue_pair_policy::follow(const queue_rules& rules) noexcept {
    if (rules_.exchange(&rules, relaxed) != &rules) filling_.store(rules.filled_first, relaxed);
}

bool queue_pair_policy::small_is_large() const noexcept {
    return totals_[small].bytes.load(relaxed) * rules().small_parts >= held();
}

unsigned queue_pair_policy::next_queue() const noexcept {
    const unsigned by_share = small_is_large() ? small : main;
    const bool only_newest =
        totals_[by_share].entries.load(relaxed) == 1 && newest_in_.load(relaxed) == by_share;
    return only_newest ? 1 - by_share : by_share;
}

queue_pair::queue_pair(queue_pair_policy& policy) noexcept
    : policy_(policy),
      queues_{{policy.stamps_, policy.totals_[small]}, {policy.stamps_, policy.totals_[main]}} {}

void queue_pair::enter(entry& which, unsigned queue) noexcept {
    which.queue = queue & 1U;
    queues_[queue].push(which);
}

void queue_pair::set_newest(const entry& which) noexcept {
    policy_.newest_.store(&which, relaxed);
    policy_.newest_in_.store(which.queue, relaxed);
}

void queue_pair::add(entry& added) noexcept {
    added.uses = 0;
    const bool known = ghosts_.take(added.hash);
    enter(added, known && policy_.rules().remembered_enter_main ? main : small);
    set_newest(added);
    policy_.on_request(added.hash, added.cost());
}

void queue_pair::use(entry& used) noexcept {
    if (used.uses < most_uses) used.uses = (used.uses + 1U) & most_uses;
    policy_.on_request(used.hash, used.cost());
}

/// A larger value must not fall to the room that it needs itself: so it goes to the end.
void queue_pair::replace(entry& old, entry& by) noexcept {
    by.queue = old.queue;
    by.uses = old.uses;
    queues_[by.queue].replace(old, by);
    queues_[by.queue].renew(by);
    set_newest(by);
    use(by);
}

void queue_pair::remove(entry& removed) noexcept {
    queues_[removed.queue].remove(removed);
    ghosts_.shrink(size());
}

entry* queue_pair::evict(unsigned queue) noexcept {
    policy_.on_eviction();
    return queue == small ? evict_small(policy_.rules()) : evict_main(policy_.rules());
}

entry* queue_pair::evict_small(const queue_rules& rules) noexcept {
    entry* const oldest = queues_[small].oldest();
    queues_[small].remove(*oldest);
    const bool filling = policy_.filling_.load(relaxed);
    if (filling && !policy_.small_is_large()) policy_.filling_.store(false, relaxed);
    if (filling || oldest->uses >= rules.uses_to_stay) {
        if (!rules.uses_are_kept) oldest->uses = 0;
        enter(*oldest, main);
        return nullptr;
    }
    ghosts_.remember(oldest->hash, size());
    return oldest;
}

entry* queue_pair::evict_main(const queue_rules& rules) noexcept {
    entry* const oldest = queues_[main].oldest();
    const bool spared =
        oldest == policy_.newest_.load(relaxed) && policy_.totals_[main].entries.load(relaxed) > 1;
    if (oldest->uses > 0 || spared) {
        if (oldest->uses > 0) oldest->uses = (oldest->uses - 1U) & most_uses;
        queues_[main].renew(*oldest);
        return nullptr;
    }
    queues_[main].remove(*oldest);
    if (rules.main_remembered) {
        ghosts_.remember(oldest->hash, size());
    } else {
        ghosts_.shrink(size());
    }
    return oldest;
}

}  // namespace backend
