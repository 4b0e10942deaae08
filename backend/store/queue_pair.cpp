#include "backend/store/queue_pair.hpp"

namespace backend {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr std::size_t moved_at_once = 16;  // into the main queue, so that no step takes long
constexpr std::uint64_t unfilled_part =
    8;  // of the entries, in the small queue: the main one must fill
// Where all are used, looking for one that is not could take as long as there are entries.
constexpr unsigned spared_at_once = 1000;
static_assert(most_uses == entry::most_uses);

}  // namespace

std::unique_ptr<eviction> queue_pair_policy::make_part(entry_queues& of_shard) {
    return std::make_unique<queue_pair>(*this, of_shard);
}

std::uint64_t queue_pair_policy::held() const noexcept {
    return queues.totals[small].bytes.load(relaxed) + queues.totals[main].bytes.load(relaxed);
}

std::uint64_t queue_pair_policy::entries() const noexcept {
    return queues.totals[small].entries.load(relaxed) + queues.totals[main].entries.load(relaxed);
}

void queue_pair_policy::follow(const queue_rules& rules) noexcept {
    if (rules_.exchange(&rules, relaxed) != &rules) filling_.store(rules.filled_first, relaxed);
}

bool queue_pair_policy::small_is_large() const noexcept {
    return queues.totals[small].entries.load(relaxed) > 1 &&
           queues.totals[small].bytes.load(relaxed) * rules().small_parts >= held();
}

bool queue_pair_policy::may_spare() const noexcept {
    return spared_.load(relaxed) < spared_at_once;
}

// By then no other entry is spared, so the newest is met again only if all that is left has its
// hash: it must end, for such keys are found easily.
bool queue_pair_policy::may_spare_newest() const noexcept {
    return spared_.load(relaxed) < 2 * spared_at_once;
}

/// Rules that let nothing unproven into the main queue must not begin with an empty one, nor with
/// one that has been emptied by deletes.
bool queue_pair_policy::must_fill() noexcept {
    if (!rules().filled_first) return false;
    const std::uint64_t in_small = queues.totals[small].entries.load(relaxed);
    if (in_small > 2 * unfilled_part && in_small * unfilled_part > entries()) {
        filling_.store(true, relaxed);
    }
    return filling_.load(relaxed);
}

unsigned queue_pair_policy::next_queue() const noexcept {
    if (small_is_large() && !main_owes_.load(relaxed)) return small;
    const bool only_newest =
        queues.totals[main].entries.load(relaxed) == 1 && newest_in_.load(relaxed) == main;
    return only_newest ? small : main;
}

queue_pair::candidate queue_pair::oldest_of(unsigned queue) const noexcept {
    const entry_ref oldest = queues_.oldest(queue);
    const entry held = queues_.at(oldest);
    return {.ref = oldest, .held = held, .hash = hash_of(held.key())};
}

entry_ref queue_pair::move(const candidate& which, unsigned queue) noexcept {
    if (is_newest(which)) policy_.newest_in_.store(queue, relaxed);
    return queues_.move(which.ref, queue);
}

bool queue_pair::is_newest(const candidate& which) const noexcept {
    return policy_.newest_.load(relaxed) == which.hash;
}

/// The newest, with others in its queue that can go.
bool queue_pair::must_stay(const candidate& which, unsigned queue) const noexcept {
    return is_newest(which) && policy_.may_spare_newest() &&
           policy_.queues.totals[queue].entries.load(relaxed) > 1;
}

void queue_pair::set_newest(std::uint32_t hash, unsigned queue) noexcept {
    policy_.newest_.store(hash, relaxed);
    policy_.newest_in_.store(queue, relaxed);
}

unsigned queue_pair::admit(std::uint32_t hash, std::size_t size) noexcept {
    if (policy_.is_sampled(hash)) policy_.on_sample(hash, size);
    const bool known = ghosts_.take(hash);
    return known && policy_.rules().remembered_enter_main ? main : small;
}

entry_ref queue_pair::add(entry_ref added, std::uint32_t hash, unsigned queue) noexcept {
    queues_.push(added, queue);
    set_newest(hash, queue);
    return policy_.must_fill() ? fill_main(2, added) : added;
}

void queue_pair::use(entry_ref used, std::uint32_t hash) noexcept {
    entry held = queues_.at(used);
    if (held.uses() < most_uses) held.set_uses(held.uses() + 1);
    if (policy_.is_sampled(hash)) policy_.on_sample(hash, held.size());
}

void queue_pair::overwritten(entry_ref used, std::uint32_t hash) noexcept {
    set_newest(hash, queues_.queue_of(used));
    use(used, hash);
}

/// A larger value must not fall to the room that it needs itself: so it goes to the end.
void queue_pair::replace(entry_ref old, entry_ref by, std::uint32_t hash) noexcept {
    const unsigned queue = queues_.queue_of(old);
    queues_.remove(old);
    queues_.push(by, queue);
    set_newest(hash, queue);
    use(by, hash);
}

void queue_pair::remove(entry_ref removed) noexcept {
    queues_.remove(removed);
    ghosts_.shrink(queues_.size());
    policy_.on_removal();
}

/// Moves up to `most` entries into the main queue, as long as the small one is large. Where
/// `watched` is now, be it one of them.
entry_ref queue_pair::fill_main(std::size_t most, entry_ref watched) noexcept {
    while (most-- > 0 && queues_.size(small) > 0 && policy_.small_is_large()) {
        candidate oldest = oldest_of(small);
        if (oldest.held.uses() == 0) oldest.held.set_uses(1);
        const entry_ref now = move(oldest, main);
        if (oldest.ref == watched) watched = now;
    }
    return watched;
}

/// After enough have passed the main queue by, its oldest is looked at. If that is evicted, it is
/// returned, and `passing` has moved into the main queue.
entry_ref queue_pair::take_place(const candidate& passing, const queue_rules& rules) noexcept {
    if (rules.patience == 0 || queues_.size(main) == 0) return no_entry;
    if (++passed_by_ < rules.patience) return no_entry;
    passed_by_ = 0;
    const entry_ref evicted = evict_main(rules);
    if (evicted == no_entry) return no_entry;
    candidate moved = passing;
    moved.held.set_uses(1);
    move(moved, main);
    return evicted;
}

entry_ref queue_pair::evict(unsigned queue) noexcept {
    policy_.on_eviction();
    // There is no more room to fill once something must go and the small queue has its share.
    if (policy_.filling_.load(relaxed) && !policy_.small_is_large()) {
        policy_.filling_.store(false, relaxed);
    }
    const entry_ref evicted =
        queue == small ? evict_small(policy_.rules()) : evict_main(policy_.rules());
    const bool spared = evicted == no_entry;
    policy_.spared_.store(spared ? policy_.spared_.load(relaxed) + 1 : 0, relaxed);
    if (!spared) policy_.on_removal();
    return evicted;
}

entry_ref queue_pair::evict_small(const queue_rules& rules) noexcept {
    if (policy_.must_fill() && policy_.small_is_large()) {
        fill_main(moved_at_once, no_entry);
        policy_.main_owes_.store(true, relaxed);
        return no_entry;
    }
    candidate oldest = oldest_of(small);
    // A large one beside it may be older and yet behind it in memory (entry_log.hpp).
    if (must_stay(oldest, small)) {
        move(oldest, small);
        return no_entry;
    }
    if (policy_.main_owes_.load(relaxed)) policy_.main_owes_.store(false, relaxed);
    if (oldest.held.uses() >= rules.uses_to_stay && policy_.may_spare()) {
        if (!rules.uses_are_kept) oldest.held.set_uses(0);
        move(oldest, main);
        return no_entry;
    }
    if (const entry_ref evicted = take_place(oldest, rules); evicted != no_entry) return evicted;
    queues_.remove(oldest.ref);
    ghosts_.remember(oldest.hash, queues_.size());
    return oldest.ref;
}

entry_ref queue_pair::evict_main(const queue_rules& rules) noexcept {
    candidate oldest = oldest_of(main);
    const unsigned uses = oldest.held.uses();
    if ((uses > 0 && policy_.may_spare()) || must_stay(oldest, main)) {
        if (uses > 0) oldest.held.set_uses(uses - 1);
        move(oldest, main);
        return no_entry;
    }
    queues_.remove(oldest.ref);
    if (policy_.main_owes_.load(relaxed)) policy_.main_owes_.store(false, relaxed);
    if (rules.main_remembered) {
        ghosts_.remember(oldest.hash, queues_.size());
    } else {
        ghosts_.shrink(queues_.size());
    }
    return oldest.ref;
}

}  // namespace backend
