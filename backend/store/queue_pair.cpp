#include "backend/store/queue_pair.hpp"

namespace backend {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::size_t moved_at_once = 16;  // into the main queue, so that no step takes long
constexpr std::uint64_t unfilled_part =
    8;  // of the entries, in the small queue: the main one must fill
static_assert(most_uses == 3, "what fits into two bits is what is meant below");

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
    return totals_[small].entries.load(relaxed) > 1 &&
           totals_[small].bytes.load(relaxed) * rules().small_parts >= held();
}

/// Rules that let nothing unproven into the main queue must not begin with an empty one, nor with
/// one that has been emptied by deletes.
bool queue_pair_policy::must_fill() noexcept {
    if (!rules().filled_first) return false;
    const std::uint64_t in_small = totals_[small].entries.load(relaxed);
    if (in_small > 2 * unfilled_part && in_small * unfilled_part > entries()) {
        filling_.store(true, relaxed);
    }
    return filling_.load(relaxed);
}

unsigned queue_pair_policy::next_queue() const noexcept {
    if (small_is_large() && !main_owes_.load(relaxed)) return small;
    const bool only_newest =
        totals_[main].entries.load(relaxed) == 1 && newest_in_.load(relaxed) == main;
    return only_newest ? small : main;
}

queue_pair::queue_pair(queue_pair_policy& policy) noexcept
    : policy_(policy),
      queues_{{policy.stamps_, policy.totals_[small]}, {policy.stamps_, policy.totals_[main]}} {}

void queue_pair::enter(entry& which, unsigned queue) noexcept {
    which.queue = queue & 1U;
    queues_[queue].push(which);
    if (policy_.newest_.load(relaxed) == &which) policy_.newest_in_.store(queue, relaxed);
}

void queue_pair::set_newest(const entry& which) noexcept {
    policy_.newest_.store(&which, relaxed);
    policy_.newest_in_.store(which.queue, relaxed);
}

void queue_pair::add(entry& added) noexcept {
    if (policy_.is_sampled(added.hash)) policy_.on_sample(added.hash, added.cost());
    added.uses = 0;
    const bool known = ghosts_.take(added.hash);
    enter(added, known && policy_.rules().remembered_enter_main ? main : small);
    set_newest(added);
    if (policy_.must_fill()) fill_main(2);
}

void queue_pair::use(entry& used) noexcept {
    if (used.uses < most_uses) used.uses = (used.uses + 1U) & most_uses;
    if (policy_.is_sampled(used.hash)) policy_.on_sample(used.hash, used.cost());
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
    policy_.on_removal();
}

/// Moves up to `most` entries into the main queue, as long as the small one is large.
void queue_pair::fill_main(std::size_t most) noexcept {
    while (most-- > 0 && queues_[small].size() > 0 && policy_.small_is_large()) {
        entry* const oldest = queues_[small].oldest();
        queues_[small].remove(*oldest);
        if (oldest->uses == 0) oldest->uses = 1;
        enter(*oldest, main);
    }
}

/// After enough have passed the main queue by, its oldest is looked at. If that is evicted, it is
/// returned, and `passing` has moved into the main queue.
entry* queue_pair::take_place(entry& passing, const queue_rules& rules) noexcept {
    if (rules.patience == 0 || queues_[main].size() == 0) return nullptr;
    if (++passed_by_ < rules.patience) return nullptr;
    passed_by_ = 0;
    entry* const evicted = evict_main(rules);
    if (evicted == nullptr) return nullptr;
    passing.uses = 1;
    enter(passing, main);
    return evicted;
}

entry* queue_pair::evict(unsigned queue) noexcept {
    policy_.on_eviction();
    // There is no more room to fill once something must go and the small queue has its share.
    if (policy_.filling_.load(relaxed) && !policy_.small_is_large()) {
        policy_.filling_.store(false, relaxed);
    }
    entry* const evicted =
        queue == small ? evict_small(policy_.rules()) : evict_main(policy_.rules());
    if (evicted != nullptr) policy_.on_removal();
    return evicted;
}

entry* queue_pair::evict_small(const queue_rules& rules) noexcept {
    if (policy_.must_fill() && policy_.small_is_large()) {
        fill_main(moved_at_once);
        policy_.main_owes_.store(true, relaxed);
        return nullptr;
    }
    entry* const oldest = queues_[small].oldest();
    queues_[small].remove(*oldest);
    if (policy_.main_owes_.load(relaxed)) policy_.main_owes_.store(false, relaxed);
    if (oldest->uses >= rules.uses_to_stay) {
        if (!rules.uses_are_kept) oldest->uses = 0;
        enter(*oldest, main);
        return nullptr;
    }
    if (entry* const evicted = take_place(*oldest, rules)) return evicted;
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
    if (policy_.main_owes_.load(relaxed)) policy_.main_owes_.store(false, relaxed);
    if (rules.main_remembered) {
        ghosts_.remember(oldest->hash, size());
    } else {
        ghosts_.shrink(size());
    }
    return oldest;
}

}  // namespace backend
